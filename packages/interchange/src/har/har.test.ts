import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { exportSession } from '../formats.ts'
import { httpSession } from '../testing/http-session.ts'
import { importText } from '../testing/importing.ts'

const GET = { method: 'GET', postData: undefined, bodySize: 0 }
const TOKEN = `ghp_${'a1'.repeat(15)}`

/** As the network panel of Chrome writes it, shortened. */
function chromeEntry(
  fields: { request?: object; response?: object; [name: string]: unknown } = {},
) {
  const { request, response, ...rest } = fields
  return {
    _connectionId: '1234',
    _initiator: { type: 'script' },
    _priority: 'High',
    _resourceType: 'fetch',
    cache: {},
    connection: '443',
    pageref: 'page_1',
    request: {
      method: 'POST',
      url: 'https://api.shop.example/v1/search?page=2#top',
      httpVersion: 'http/2.0',
      headers: [
        { name: ':authority', value: 'api.shop.example' },
        { name: ':method', value: 'POST' },
        { name: 'content-type', value: 'application/json' },
        { name: 'cookie', value: 'session=hunter2hunter2' },
        { name: 'authorization', value: `Bearer ${TOKEN}` },
      ],
      queryString: [{ name: 'page', value: '2' }],
      cookies: [{ name: 'session', value: 'hunter2hunter2' }],
      headersSize: -1,
      bodySize: 17,
      postData: { mimeType: 'application/json', text: '{"q":"red shoes"}' },
      ...request,
    },
    response: {
      status: 200,
      statusText: '',
      httpVersion: 'http/2.0',
      headers: [
        { name: 'content-encoding', value: 'br' },
        { name: 'content-type', value: 'application/json; charset=utf-8' },
        { name: 'set-cookie', value: 'session=hunter2hunter2; HttpOnly\nid=hunter2hunter2' },
        { name: 'vary', value: 'Accept' },
        { name: 'vary', value: 'Origin' },
        { name: 'x-request-id', value: 'r-1' },
      ],
      cookies: [],
      content: { size: 15, mimeType: 'application/json', text: '{"hits":["A1"]}' },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
      _transferSize: 312,
      _error: null,
      ...response,
    },
    serverIPAddress: '203.0.113.7',
    startedDateTime: '2026-03-04T05:06:07.891Z',
    time: 120.5,
    timings: { blocked: 1, dns: -1, connect: -1, ssl: -1, send: 0.2, wait: 100, receive: 20 },
    ...rest,
  }
}

function har(...entries: readonly object[]): string {
  const creator = { name: 'WebInspector', version: '537.36' }
  return JSON.stringify({ log: { version: '1.2', creator, pages: [], entries } })
}

describe('a HAR of a browser', () => {
  it('becomes the requests and answers that fetch records', () => {
    const { data, notes } = importText(har(chromeEntry()), 'har')

    expect(notes).toEqual([])
    expect(data.events).toMatchObject([
      {
        kind: 'http',
        name: 'POST https://api.shop.example/v1/search',
        request: {
          method: 'POST',
          url: 'https://api.shop.example/v1/search?page=2',
          body: { q: 'red shoes' },
        },
        outcome: {
          value: {
            status: 200,
            headers: {
              'content-type': 'application/json; charset=utf-8',
              vary: 'Accept, Origin',
              'x-request-id': 'r-1',
            },
            redirected: false,
          },
          stream: { parts: ['{"hits":["A1"]}'], end: 'complete' },
        },
      },
    ])
    expect(data.events[0]?.outcome?.value).not.toHaveProperty('headers.content-encoding')
  })

  it('makes a session like any other, which expires like one', () => {
    const { data } = importText(har(chromeEntry()), 'har', { name: `of ${TOKEN}` })

    expect(Object.keys(data.session).toSorted()).toEqual([
      'capture',
      'expiresAt',
      'id',
      'name',
      'seed',
      'startedAt',
      'type',
      'v',
    ])
    expect(data.session).toMatchObject({ capture: 'redacted', name: 'of «secret:1»' })
    expect(Date.parse(data.session.expiresAt ?? '')).toBeGreaterThan(Date.now())
    expect(data.end).toMatchObject({
      endState: 'indeterminate',
      endedAt: '2026-03-04T05:06:08.011Z',
      totals: { events: 1, kinds: { http: 1 }, errors: 0 },
    })
  })

  it('expires so many days from now, as the options say', () => {
    vi.useFakeTimers({ now: Date.parse('2026-04-01T00:00:00Z') })
    onTestFinished(() => void vi.useRealTimers())
    const inDays = (expiresAfterDays: number) =>
      importText(har(chromeEntry()), 'har', { expiresAfterDays }).data.session.expiresAt

    expect(inDays(2)).toBe('2026-04-03T00:00:00.000Z')
    for (const wrong of [0, -1, Number.NaN, Number.MAX_VALUE]) {
      expect(() => inDays(wrong)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
    }
  })

  it('leaves its credentials behind', () => {
    const postData = { mimeType: 'application/json', text: '{"password":"hunter2hunter2"}' }
    const url = `https://api.shop.example/${TOKEN}/login?api_key=hunter2hunter2`
    const content = { size: 40, mimeType: 'application/json', text: `{"token":"${TOKEN}"}` }

    const { data } = importText(
      har(chromeEntry({ request: { postData, url }, response: { content } })),
      'har',
    )

    expect(JSON.stringify(data)).not.toMatch(/hunter2|ghp_/)
    expect(data.events[0]?.redacted).toBe(true)
  })

  it('is read with the mark of the byte order that some editors write', () => {
    expect(importText(`\uFEFF${har(chromeEntry())}`, 'har').data.events).toHaveLength(1)
  })

  it('hands out what overlapped in the order in which it came', () => {
    const timings = { wait: 10, receive: 490 }
    const long = chromeEntry({ startedDateTime: '2026-03-04T05:06:08.000Z', time: 500, timings })
    const within = chromeEntry({ startedDateTime: '2026-03-04T05:06:08.100Z', time: 50 })

    const { data } = importText(har(long, within), 'har')

    const ticks = data.events.map(({ outcome }) => outcome?.stream?.ticks)
    // The head of the long one, all of the other, and then the body of the long one.
    expect(ticks).toEqual([
      [
        [0, 1],
        [1, 5],
      ],
      [[0, 2]],
    ])
  })

  it('keeps when requests started, how long they took, and the order of the answers', () => {
    const slow = chromeEntry({ startedDateTime: '2026-03-04T05:06:08.000Z', time: 500 })
    const quick = chromeEntry({ startedDateTime: '2026-03-04T05:06:08.100+00:00', time: 50 })

    const { data } = importText(har(quick, slow), 'har')

    expect(data.session.startedAt).toBe('2026-03-04T05:06:08.000Z')
    expect(data.events.map(({ seq, startedAt, ms }) => [seq, startedAt, ms])).toEqual([
      [1, '2026-03-04T05:06:08.000Z', 500],
      [2, '2026-03-04T05:06:08.100Z', 50],
    ])
    const [first = 0, second = 0] = data.events.map(({ done }) => done)
    expect(first).toBeGreaterThan(second)
  })

  it('makes one call of a redirect, as fetch follows it', () => {
    const moved = chromeEntry({
      request: { ...GET, url: 'https://shop.example/a' },
      response: {
        status: 302,
        headers: [{ name: 'location', value: '/b' }],
        content: { size: 0, mimeType: 'x-unknown' },
      },
    })
    const target = chromeEntry({
      request: { ...GET, url: 'https://shop.example/b' },
      startedDateTime: '2026-03-04T05:06:08.891Z',
    })

    const { data, notes } = importText(har(moved, target), 'har')

    expect(notes).toEqual([
      'log.entries[0] was redirected: it is one call with the answer of log.entries[1]',
    ])
    expect(data.events).toMatchObject([
      {
        ms: 1120.5,
        request: { url: 'https://shop.example/a' },
        outcome: { value: { status: 200, url: 'https://shop.example/b', redirected: true } },
      },
    ])
  })

  it.each([
    ['a request that failed', { response: { status: 0 } }, 'it has no answer'],
    ['a data URL', { request: { url: 'data:text/plain,a' } }, 'it is no HTTP request'],
    ['a WebSocket', { response: { status: 101 } }, 'an answer of status 101 is no answer yet'],
  ])('leaves out %s, and says so', (_what, fields, why) => {
    const { data, notes } = importText(har(chromeEntry(fields)), 'har')

    expect(data.events).toEqual([])
    expect(notes).toEqual([`log.entries[0] was left out: ${why}`])
  })

  it('keeps an answer whose body is not in the file, but not for a replay', () => {
    const content = { size: 4096, mimeType: 'application/json' }
    const { data, notes } = importText(har(chromeEntry({ response: { content } })), 'har')

    const why = 'the file does not hold the body of its answer'
    expect(data.events[0]?.withheld).toBe(why)
    expect(notes).toEqual([`log.entries[0] cannot be replayed: ${why}`])
  })

  it('reads a form of fields that stands there without its text', () => {
    const postData = {
      mimeType: 'application/x-www-form-urlencoded',
      params: [
        { name: 'a', value: '1 2' },
        { name: 'b', value: 'ü' },
      ],
    }

    const { data } = importText(har(chromeEntry({ request: { headers: [], postData } })), 'har')

    expect(data.events[0]?.request).toMatchObject({ body: 'a=1+2&b=%C3%BC' })
  })

  it('cuts server-sent events after each of them', () => {
    const text = 'data: {"a":1}\n\ndata: {"a":2}\r\n\r\ndata: [DONE]\n\n'
    const content = { size: text.length, mimeType: 'text/event-stream', text }
    const response = { headers: [{ name: 'content-type', value: 'text/event-stream' }], content }
    const { data } = importText(har(chromeEntry({ response })), 'har')

    expect(data.events[0]?.outcome?.stream?.parts).toEqual([
      'data: {"a":1}\n\n',
      'data: {"a":2}\r\n\r\n',
      'data: [DONE]\n\n',
    ])
  })

  it('counts the request headers that the options name', async () => {
    const headers = [
      { name: 'X-Tenant', value: 'acme' },
      { name: 'content-type', value: 'application/json' },
    ]

    const { data } = importText(har(chromeEntry({ request: { headers } })), 'har', {
      countedHeaders: ['x-tenant'],
    })

    expect(data.events[0]?.request).toMatchObject({ headers: { 'x-tenant': 'acme' } })
  })
})

describe('the request that made a session', () => {
  it('is an entry, and becomes that of the imported session', () => {
    const recorded = httpSession({ url: 'https://api.test/a' })
    const request = {
      method: 'POST',
      url: '/grade?strict=1',
      headers: { 'content-type': 'application/json' },
      body: { essay: 'On cats' },
    }
    const response = {
      status: 201,
      headers: { 'content-type': 'application/json' },
      body: { grade: 4 },
    }
    const session = { ...recorded.session, request, response }

    const { text, notes } = exportSession({ ...recorded, session }, 'har')
    const { data } = importText(text, 'har')

    expect(data.session).toMatchObject({ request, response })
    expect(data.events.map(({ name }) => name)).toEqual(['GET https://api.test/a'])
    expect(notes).toEqual(['the request of the session has a made-up origin, as none is recorded'])
  })

  it('leaves its credentials behind', () => {
    const { data } = importText(
      har(
        chromeEntry({
          _inbound: true,
          request: {
            url: 'http://localhost/login?api_key=hunter2hunter2',
            postData: { mimeType: 'application/json', text: '{"password":"hunter2hunter2"}' },
          },
          response: { content: { mimeType: 'text/plain', text: `token ${TOKEN}` } },
        }),
      ),
      'har',
    )

    expect(data.session.request).toMatchObject({
      url: '/login?api_key=«secret:1»',
      headers: { 'content-type': 'application/json' },
      body: { password: '«secret:1»' },
    })
    expect(data.session.response).toMatchObject({ status: 200 })
    expect(JSON.stringify(data)).not.toMatch(/hunter2|ghp_/)
  })
})
