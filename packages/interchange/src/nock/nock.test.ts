import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { exportSession } from '../formats.ts'
import { httpSession } from '../testing/http-session.ts'
import { importText } from '../testing/importing.ts'

const PIXEL = Buffer.from('89504e470d0a1a0a', 'hex')

/** As `nock.recorder.rec({ output_objects: true })` of nock 13 gives it. */
function definitions(...more: readonly object[]): string {
  return JSON.stringify([
    {
      scope: 'https://api.search.example:443',
      method: 'POST',
      path: '/v1/search?limit=2',
      body: { q: 'red shoes' },
      status: 200,
      response: { hits: ['A1', 'B2'] },
      rawHeaders: ['Content-Type', 'application/json', 'Vary', 'Accept', 'Vary', 'Origin'],
      responseIsBinary: false,
    },
    {
      scope: 'http://files.example:8080',
      method: 'GET',
      path: '/pixel.png',
      body: '',
      status: 200,
      response: PIXEL.toString('hex'),
      rawHeaders: ['Content-Type', 'image/png'],
      responseIsBinary: true,
    },
    ...more,
  ])
}

const gzipped = (text: string) => {
  const bytes = gzipSync(text)
  return [bytes.subarray(0, 10).toString('hex'), bytes.subarray(10).toString('hex')]
}

describe('a recording of nock', () => {
  it('becomes the requests and answers that fetch records', () => {
    const { data, notes } = importText(definitions(), 'nock')

    expect(notes).toEqual([])
    expect(data.events).toMatchObject([
      {
        request: {
          method: 'POST',
          url: 'https://api.search.example/v1/search?limit=2',
          body: { q: 'red shoes' },
        },
        outcome: {
          value: {
            status: 200,
            headers: { 'content-type': 'application/json', vary: 'Accept, Origin' },
          },
          stream: { parts: ['{"hits":["A1","B2"]}'] },
        },
      },
      {
        request: { method: 'GET', url: 'http://files.example:8080/pixel.png' },
        outcome: { stream: { parts: [{ $rt: 'bytes', v: PIXEL.toString('base64') }] } },
      },
    ])
  })

  it.each([
    ['a list of names and values', 'rawHeaders', ['Content-Encoding', 'gzip']],
    ['an object', 'headers', { 'content-encoding': 'gzip', 'set-cookie': ['a=1', 'b=2'] }],
  ])(
    'is decompressed where it was recorded in gzip, with headers as %s',
    (_what, field, headers) => {
      const definition = {
        scope: 'https://a.test',
        method: 'get',
        path: '/',
        status: 200,
        response: gzipped('{"a":1}'),
        [field]: headers,
      }

      const { data } = importText(JSON.stringify([definition]), 'nock')

      expect(data.events[0]?.name).toBe('GET https://a.test/')
      expect(data.events[0]?.outcome?.stream?.parts).toEqual([
        { $rt: 'bytes', type: 'Uint8Array', v: Buffer.from('{"a":1}').toString('base64') },
      ])
      expect(data.events[0]?.outcome?.value).not.toHaveProperty('headers.content-encoding')
    },
  )

  it('tells bytes in hexadecimal from text where nothing says which it is', () => {
    const definition = { scope: 'https://a.test', method: 'PUT', path: '/', status: 200 }
    const text = JSON.stringify([
      { ...definition, body: PIXEL.toString('hex'), response: 'cafe' },
      { ...definition, body: '6162', response: '6162' },
    ])

    const { data } = importText(text, 'nock')

    const [bytes, plain] = data.events
    expect(bytes?.request).toMatchObject({ body: { $rt: 'bytes', v: PIXEL.toString('base64') } })
    expect(bytes?.outcome?.stream?.parts).toMatchObject([{ $rt: 'bytes' }])
    expect(plain?.request).toMatchObject({ body: '6162' })
  })

  it('keeps a text that is a value of JSON a value of JSON', () => {
    const definition = {
      scope: 'https://a.test',
      method: 'GET',
      path: '/',
      status: 200,
      response: 'hello',
      rawHeaders: { 'content-type': 'application/json' },
    }

    const { data } = importText(JSON.stringify([definition]), 'nock')

    expect(data.events[0]?.outcome?.stream?.parts).toEqual(['"hello"'])
  })

  it('leaves its credentials behind', () => {
    const secret = {
      scope: 'https://a.test',
      method: 'GET',
      path: '/?access_token=hunter2hunter2',
      status: 200,
      response: { client_secret: 'hunter2hunter2' },
      reqheaders: { authorization: 'Bearer hunter2hunter2' },
      rawHeaders: ['Set-Cookie', 'sid=hunter2hunter2', 'Content-Type', 'application/json'],
    }

    const { data } = importText(definitions(secret), 'nock')

    expect(data.events).toHaveLength(3)
    expect(JSON.stringify(data)).not.toContain('hunter2')
  })
})

describe('a session as a recording of nock', () => {
  it('says what nock cannot tell', () => {
    const requestHeaders = [['content-type', 'application/octet-stream']] as const
    const data = httpSession(
      ...['text as bytes', '{"a":1}'].map((body) => ({
        method: 'POST',
        url: 'https://a.test/',
        requestHeaders,
        requestBody: new TextEncoder().encode(body),
      })),
    )

    const { text, notes } = exportSession(data, 'nock')

    expect(JSON.parse(text)).toMatchObject([{ scope: 'https://a.test:443' }, { body: { a: 1 } }])
    const lost = "sends a body that is another one when nock's is read"
    expect(notes).toEqual([
      `event 1 (http POST https://a.test/) ${lost}`,
      `event 2 (http POST https://a.test/) ${lost}`,
      'times, durations and status texts left out: nock has no place for them',
    ])
  })
})
