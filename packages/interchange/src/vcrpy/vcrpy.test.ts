import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { exportSession } from '../formats.ts'
import { httpSession } from '../testing/http-session.ts'
import { importText } from '../testing/importing.ts'

/** As vcrpy writes it with PyYAML, after `requests` has been answered in gzip. */
function cassette(body: string): string {
  const zipped = gzipSync(body).toString('base64').replaceAll(/.{60}/g, '$&\n        ')
  return `interactions:
- request:
    body: '{"model": "gpt-4o", "messages": [{"role": "user", "content": "It''s 9:30?\\nyes"}]}'
    headers:
      Accept:
      - application/json
      Accept-Encoding:
      - gzip, deflate
      Content-Length:
      - '80'
      Content-Type:
      - application/json
      authorization:
      - Bearer sk-proj-Ab1x9x9x9x9x9x9x9x9x9
    method: POST
    uri: https://api.openai.com/v1/chat/completions
  response:
    body:
      string: !!binary |
        ${zipped}
    headers:
      Content-Encoding:
      - gzip
      Content-Type:
      - application/json
      Set-Cookie:
      - __cf_bm=hunter2hunter2; path=/
      Vary:
      - Accept
      - Origin
    status:
      code: 200
      message: OK
- request:
    body: null
    headers: {}
    method: DELETE
    uri: https://api.openai.com/v1/files/f-1
  response:
    body:
      string: ''
    headers:
      openai-processing-ms:
      - '12'
    status:
      code: 204
      message: No Content
version: 1
`
}

const ANSWER = JSON.stringify({ choices: [{ message: { content: 'Yes. '.repeat(40) } }] })

describe('a cassette of vcrpy', () => {
  it('becomes the requests and answers that fetch records', () => {
    const { data, notes } = importText(cassette(ANSWER), 'vcrpy')

    expect(notes).toEqual([])
    expect(data.events).toMatchObject([
      {
        request: {
          method: 'POST',
          url: 'https://api.openai.com/v1/chat/completions',
          body: { messages: [{ role: 'user', content: "It's 9:30?\nyes" }], model: 'gpt-4o' },
        },
        outcome: {
          value: {
            status: 200,
            statusText: 'OK',
            headers: { 'content-type': 'application/json', vary: 'Accept, Origin' },
          },
          stream: { parts: [ANSWER] },
        },
      },
      {
        request: { method: 'DELETE', url: 'https://api.openai.com/v1/files/f-1' },
        outcome: { value: { status: 204, headers: { 'openai-processing-ms': '12' } } },
      },
    ])
    expect(JSON.stringify(data)).not.toContain('hunter2')
  })

  it('starts when the options say so, since vcrpy keeps no times', () => {
    const { data } = importText(cassette(ANSWER), 'vcrpy', {
      name: 'chat',
      startedAt: '2026-02-03T04:05:06+01:00',
    })

    expect(data.session).toMatchObject({ name: 'chat', startedAt: '2026-02-03T03:05:06.000Z' })
    expect(data.events[0]?.startedAt).toBe('2026-02-03T03:05:06.000Z')
    expect(data.events[0]).not.toHaveProperty('ms')
    expect(() => importText(cassette(ANSWER), 'vcrpy', { startedAt: 'soon' })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    )
  })

  it('is read in the form that the stubs of httpx wrote, and with bodies in base64', () => {
    const request = { method: 'get', uri: 'https://a.test/', body: '', headers: {} }
    const headers = { 'content-type': ['text/plain'] }
    const text = JSON.stringify({
      version: 1,
      interactions: [
        {
          request,
          response: { content: 'one', headers, http_version: 'HTTP/1.1', status_code: 200 },
        },
        {
          request,
          response: {
            body: { base64_string: Buffer.from('two').toString('base64') },
            headers,
            status: { code: 201, message: null },
          },
        },
      ],
    })

    const { data } = importText(text, 'vcrpy')

    expect(data.events.map(({ name, outcome }) => [name, outcome?.stream?.parts])).toEqual([
      ['GET https://a.test/', ['one']],
      ['GET https://a.test/', ['two']],
    ])
    expect(data.events.map(({ request }) => request)).toEqual(
      [1, 2].map(() => ({ method: 'GET', url: 'https://a.test/' })),
    )
  })

  it('keeps a body that was decompressed though its header says otherwise', () => {
    const text = cassette(ANSWER).replace(/string: !!binary \|\n(?: {8}.*\n)+/, 'string: "plain"\n')

    const { data } = importText(text, 'vcrpy')

    expect(data.events[0]?.outcome?.stream?.parts).toEqual(['plain'])
  })

  it('runs nothing that its tags ask for', () => {
    const body = '!!python/object/apply:os.system ["echo"]'
    const text = cassette(ANSWER).replace('body: null', `body: {string: !!python/unicode 'u'}`)

    const { data, notes } = importText(text, 'vcrpy')

    expect(data.events[1]?.request).toMatchObject({ body: 'u' })
    expect(notes[0]).toMatch(/1 values with tags of their own/)
    const made = importText(cassette(ANSWER).replace('body: null', `body: ${body}`), 'vcrpy')
    expect(made.data.events[1]).toMatchObject({
      withheld: 'the file does not hold the body of its request',
    })
  })
})

describe('a session as a cassette of vcrpy', () => {
  it('holds texts that YAML would read as something else', () => {
    const texts = [
      'yes',
      '12:30',
      '0777',
      '2001-01-01',
      'null',
      '~',
      'a: b',
      '# c',
      ' d\n\n e ',
      '',
    ]
    const data = httpSession(
      ...texts.map((text, index) => ({
        url: `https://a.test/${index}`,
        responseBody: new TextEncoder().encode(text),
      })),
    )

    const { text, notes } = exportSession(data, 'vcrpy')

    expect(text).toMatch(/^interactions:\n  - request:\n/)
    expect(text).toContain('string: "yes"')
    const again = importText(text, 'vcrpy').data.events
    expect(again.map(({ outcome }) => outcome?.stream?.parts)).toEqual(
      texts.map((text) => (text === '' ? [] : [text])),
    )
    expect(notes).toEqual(['times and durations left out: vcrpy has no place for them'])
  })

  it('quotes names of headers that YAML would read as something else', () => {
    const data = httpSession({
      responseHeaders: [
        ['on', 'a'],
        ['1', 'b'],
        ['x-a', 'c'],
      ],
    })

    const { text } = exportSession(data, 'vcrpy')

    expect(text).toContain('"on":')
    expect(text).toContain('"1":')
    expect(text).toContain(' x-a:')
  })

  it('holds as bytes what PyYAML refuses in a text', () => {
    const responseBody = new TextEncoder().encode('a\u0085b\u2028c\u007Fd')
    const data = httpSession({ responseBody })

    const { text } = exportSession(data, 'vcrpy')

    expect(text).toContain('!!binary')
    const [again] = importText(text, 'vcrpy').data.events
    expect(again?.outcome?.stream?.parts).toEqual(['a\u0085b\u2028c\u007Fd'])
  })
})
