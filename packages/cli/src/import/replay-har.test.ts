import { describe, expect, it } from 'vitest'
import { imported, replaying, told } from './testing/replaying.ts'

const TOKEN = `ghp_${'a1'.repeat(15)}`

/** As the network panel of Chrome writes it, but for what is not read. */
function chromeEntry({
  request,
  response,
  ...rest
}: { request?: object; response?: object; startedDateTime?: string } = {}): object {
  return {
    request: {
      method: 'POST',
      url: 'https://api.shop.example/v1/search?page=2#top',
      headers: [
        { name: ':method', value: 'POST' },
        { name: 'content-type', value: 'application/json' },
        { name: 'cookie', value: 'session=hunter2hunter2' },
        { name: 'authorization', value: `Bearer ${TOKEN}` },
      ],
      postData: { mimeType: 'application/json', text: '{"q":"red shoes"}' },
      ...request,
    },
    response: {
      status: 200,
      statusText: '',
      headers: [
        { name: 'content-encoding', value: 'br' },
        { name: 'content-type', value: 'application/json; charset=utf-8' },
        { name: 'set-cookie', value: 'session=hunter2hunter2; HttpOnly\nid=hunter2hunter2' },
        { name: 'vary', value: 'Accept' },
        { name: 'vary', value: 'Origin' },
        { name: 'x-request-id', value: 'r-1' },
      ],
      content: { size: 15, mimeType: 'application/json', text: '{"hits":["A1"]}' },
      ...response,
    },
    startedDateTime: '2026-03-04T05:06:07.891Z',
    time: 120.5,
    ...rest,
  }
}

function har(...entries: readonly object[]): string {
  return JSON.stringify({ log: { version: '1.2', entries } })
}

const search = (fetch: typeof globalThis.fetch) =>
  fetch('https://api.shop.example/v1/search?page=2', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer another-one' },
    body: JSON.stringify({ q: 'red shoes' }),
  })

describe('a HAR of a browser', () => {
  it('is replayed through fetch, with its status, headers and body', async () => {
    const { data, notes } = imported(har(chromeEntry()), 'har')

    const answer = await replaying(data, async (fetch) => told(await search(fetch)))

    expect(notes).toEqual([])
    expect(answer).toEqual({
      status: 200,
      statusText: '',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'set-cookie': '«secret:1»',
        vary: 'Accept, Origin',
        'x-request-id': 'r-1',
      },
      redirected: false,
      url: 'https://api.shop.example/v1/search?page=2',
      body: '{"hits":["A1"]}',
    })
  })

  it('is served to no other request', async () => {
    const { data } = imported(har(chromeEntry()), 'har')

    const outcome = replaying(data, (fetch) =>
      fetch('https://api.shop.example/v1/search?page=2', { method: 'POST', body: '{"q":"blue"}' }),
    )

    await expect(outcome).rejects.toMatchObject({ code: 'REPLAY_MISS' })
  })

  it('leaves its credentials behind', () => {
    const postData = { mimeType: 'application/json', text: '{"password":"hunter2hunter2"}' }
    const url = `https://api.shop.example/${TOKEN}/login?api_key=hunter2hunter2`
    const content = { size: 40, mimeType: 'application/json', text: `{"token":"${TOKEN}"}` }

    const { data } = imported(
      har(chromeEntry({ request: { postData, url }, response: { content } })),
      'har',
    )

    expect(JSON.stringify(data)).not.toMatch(/hunter2|ghp_/)
    expect(data.events[0]?.redacted).toBe(true)
  })

  it('serves one answer for a redirect, as fetch follows it', async () => {
    const moved = chromeEntry({
      request: { method: 'GET', url: 'https://shop.example/a', postData: undefined },
      response: {
        status: 302,
        headers: [{ name: 'location', value: '/b' }],
        content: { size: 0, mimeType: 'x-unknown' },
      },
    })
    const target = chromeEntry({
      request: { method: 'GET', url: 'https://shop.example/b', postData: undefined },
      startedDateTime: '2026-03-04T05:06:08.891Z',
    })

    const { data } = imported(har(moved, target), 'har')
    const answer = await replaying(data, async (fetch) =>
      told(await fetch('https://shop.example/a')),
    )

    expect(answer).toMatchObject({
      status: 200,
      redirected: true,
      url: 'https://shop.example/b',
      body: '{"hits":["A1"]}',
    })
  })

  it('does not replay an answer whose body is not in the file', async () => {
    const content = { size: 4096, mimeType: 'application/json' }
    const { data } = imported(har(chromeEntry({ response: { content } })), 'har')

    await expect(replaying(data, search)).rejects.toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
  })

  it('gives server-sent events one by one', async () => {
    const text = 'data: {"a":1}\n\ndata: {"a":2}\r\n\r\ndata: [DONE]\n\n'
    const content = { size: text.length, mimeType: 'text/event-stream', text }
    const response = { headers: [{ name: 'content-type', value: 'text/event-stream' }], content }
    const { data } = imported(har(chromeEntry({ response })), 'har')

    const chunks = await replaying(data, async (fetch) => {
      const { body } = await search(fetch)
      const read: string[] = []
      for await (const chunk of body ?? []) read.push(Buffer.from(chunk as Uint8Array).toString())
      return read
    })

    expect(chunks).toEqual(['data: {"a":1}\n\n', 'data: {"a":2}\r\n\r\n', 'data: [DONE]\n\n'])
  })
})
