import { describe, expect, it } from 'vitest'
import { createRetake, type RetakeOptions } from '@retake/core'
import {
  storedBody,
  storedRequest,
  MAX_BODY_BYTES,
  whyUnreadable,
  type HttpRequest,
} from './stored-request.ts'
import { createMemoryStore } from '@retake/store'

const bytes = (text: string) => new TextEncoder().encode(text)

function config(options: RetakeOptions = {}) {
  return createRetake({ store: createMemoryStore(), log: false, environment: {}, ...options })
    .config
}

function request(fields: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'GET',
    url: '/',
    header: () => undefined,
    headers: () => [],
    peer: undefined,
    ...fields,
  }
}

describe('storedRequest', () => {
  it('keeps method, path and query, and the headers of the allow-list', () => {
    const stored = storedRequest(
      config(),
      request({
        url: '/essays?page=2&token=1234567890abcdefghij',
        headers: () => [
          ['Content-Type', 'application/json'],
          ['User-Agent', 'curl/8'],
          ['X-Unheard-Of', 'yes'],
          ['Cookie', 'session=hunter2'],
        ],
      }),
    )

    expect(stored).toEqual({
      method: 'GET',
      url: '/essays?page=2&token=«secret:1»',
      headers: { 'content-type': 'application/json', 'user-agent': 'curl/8' },
    })
  })

  it('takes headers in the form in which Node has them', () => {
    const headers = { accept: '*/*', 'x-request-id': ['a', 'b'], host: undefined }

    expect(storedRequest(config(), request({ headers: () => headers }))?.headers).toEqual({
      accept: '*/*',
      'x-request-id': 'a, b',
    })
  })
})

describe('storedBody', () => {
  it.each<[string, unknown, string | undefined, unknown]>([
    ['JSON as what it says', bytes('{"essay":["ü",1]}'), 'application/json', { essay: ['ü', 1] }],
    ['JSON of a kind of its own', bytes('[1]'), 'application/vnd.essay+json; charset=utf-8', [1]],
    ['JSON that was read as text', '{"a":1}', 'application/json', { a: 1 }],
    ['what only claims to be JSON as text', bytes('{"a":'), 'application/json', '{"a":'],
    ['text as text', bytes('a=1'), 'text/plain', 'a=1'],
    ['text that does not say what it is', bytes('{"a":1}'), undefined, '{"a":1}'],
    ['a mark at the beginning of a text', bytes('\ufeffa'), 'text/plain', '\ufeffa'],
    [
      'a form with its secrets removed',
      bytes('a=1&password=hunter2'),
      'application/x-www-form-urlencoded',
      'a=1&password=«secret:1»',
    ],
    [
      'a value that was parsed already',
      { a: 1, password: 'hunter2' },
      'application/json',
      { a: 1, password: '«secret:1»' },
    ],
    [
      'the fields of a form that was parsed already',
      { a: '1' },
      'multipart/form-data; boundary=x',
      { a: '1' },
    ],
    ['nothing as nothing', bytes(''), 'text/plain', ''],
  ])('stores %s', (_name, body, type, stored) => {
    const isParsed = !(typeof body === 'string' || body instanceof Uint8Array)
    const mark = isParsed ? { bodyParsed: true } : {}
    expect(storedBody(config(), body, type)).toEqual({ body: stored, ...mark })
  })

  it('stores bytes that are no text as bytes', () => {
    const { body } = storedBody(config(), new Uint8Array([0xff, 0xfe, 0x00]), 'image/png')

    expect(body).toMatchObject({ $rt: 'bytes' })
  })

  it('stores a body up to the limit, and says why not beyond it', () => {
    const largest = 'x'.repeat(MAX_BODY_BYTES)

    expect(storedBody(config(), largest)).toEqual({ body: largest })
    expect(storedBody(config(), `${largest}x`)).toEqual({
      bodyWithheld: 'it is larger than 1048576 bytes',
    })
    expect(storedBody(config(), bytes(`${largest}x`))).toEqual({
      bodyWithheld: 'it is larger than 1048576 bytes',
    })
  })

  it('does not store parts whose fields it cannot tell apart', () => {
    const body = bytes(
      '--x\r\ncontent-disposition: form-data; name="password"\r\n\r\nhunter2\r\n--x--',
    )

    expect(storedBody(config(), body, 'multipart/form-data; boundary=x')).toEqual({
      bodyWithheld: 'it is multipart',
    })
  })

  it('stores nothing of the user where capture leaves that out', () => {
    const { body } = storedBody(
      config({ fields: { userInput: false } }),
      bytes('private'),
      'text/plain',
    )

    expect(JSON.stringify(body)).not.toContain('private')
  })
})

describe('whyUnreadable', () => {
  it.each([undefined, null, '', 'identity'])('has nothing against %j', (encoding) => {
    expect(whyUnreadable(encoding)).toBeUndefined()
  })

  it.each(['gzip', 'br', 'zstd', 'gzip, br', 'something new'])('does not trust %j', (encoding) => {
    expect(whyUnreadable(encoding)).toBe('it is compressed')
  })
})
