import { callsOf } from '@retake/testing'
import { describe, expect, it } from 'vitest'
import { FormData as OtherFormData, Headers as OtherHeaders, fetch as otherFetch } from 'undici'
import { retakeFetch } from './index.ts'
import { parseMultipart } from './multipart.ts'
import { rehearse } from './testing/rehearse.ts'
import type { Listener } from './testing/upstream.ts'

const fetch = retakeFetch()
const encode = (text: string) => new TextEncoder().encode(text)

const jsonOf = (response: Response): Promise<unknown> => response.json()

let boundaries = 0
const newBoundary = () => `----boundary-${boundaries++}`

interface Body {
  readonly type: string
  readonly body: string
}

function formBody(value = '1'): Body {
  const boundary = newBoundary()
  const field = (name: string, rest: string, content: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${rest}\r\n\r\n${content}\r\n`
  const file = '; filename="a%22.wav"\r\nContent-Type: audio/wav'
  const body = `${field('a', '', value)}${field('file', file, 'sound')}--${boundary}--\r\n`
  return { type: `multipart/form-data; boundary=${boundary}`, body }
}

function relatedBody(value = 1): Body {
  const [outer, inner] = [newBoundary(), newBoundary()]
  const nested = `--${inner}\r\n\r\nsound\r\n--${inner}--`
  const parts = [
    `Content-Type: application/json\r\n\r\n{"value":${value}}`,
    `Content-Type: multipart/mixed; boundary="${inner}"\r\n\r\n${nested}`,
  ]
  const body = `${parts.map((part) => `--${outer}\r\n${part}\r\n`).join('')}--${outer}--`
  return { type: `multipart/related; boundary="${outer}"; type="application/json"`, body }
}

const echo: Listener = async (request, response) => {
  let size = 0
  for await (const chunk of request) size += (chunk as Buffer).length
  const type = request.headers['content-type']?.replace(/boundary=.*/, '')
  response.end(JSON.stringify({ type, size: size > 0, at: performance.now() }))
}

const GIVEN: readonly (readonly [string, (body: string) => NonNullable<RequestInit['body']>])[] = [
  ['text', (body) => body],
  ['bytes', encode],
  ['a blob', (body) => new Blob([body])],
  ['a stream', (body) => new Blob([body]).stream()],
]

describe.each(GIVEN)('a body of several parts given as %s', (_given, give) => {
  const send = ({ type, body }: Body) => {
    const init = { method: 'POST', headers: { 'content-type': type }, body: give(body) }
    return (url: string) => fetch(url, { ...init, duplex: 'half' } as RequestInit)
  }

  it.each([
    ['a form', formBody],
    ['related parts', relatedBody],
  ])('is the same with another boundary: %s', async (_what, make) => {
    const { live, replayed, report } = await rehearse(echo, async (url) =>
      jsonOf(await send(make())(url)),
    )

    expect(replayed).toEqual(live)
    expect(report.status).toBe('ok')
  })

  it.each<[string, () => Body, () => Body]>([
    ['a form', () => formBody(), () => formBody('2')],
    ['related parts', () => relatedBody(), () => relatedBody(2)],
  ])('is another one with another content: %s', async (_what, one, other) => {
    const bodies = [one(), other()]
    const outcome = rehearse(echo, async (url) => (await send(bodies.shift()!)(url)).status)

    await expect(outcome).rejects.toMatchObject({ code: 'REPLAY_MISS' })
  })
})

it('is recorded as the same fields as the form of the platform', async () => {
  const form = new FormData()
  form.append('a', '1')
  form.append('file', new File(['sound'], 'a".wav', { type: 'audio/wav' }))
  const requests = [
    (url: string) => fetch(url, { method: 'POST', body: form }),
    (url: string) => {
      const { type, body } = formBody()
      return fetch(url, { method: 'POST', headers: { 'content-type': type }, body })
    },
  ]
  const { replayed } = await rehearse(echo, async (url) => {
    const response = await requests.shift()!(url)
    return response.status
  })

  expect(replayed).toBe(200)
})

describe('what is no such body', () => {
  it.each([
    ['without an end', '--b\r\n\r\na'],
    ['without a boundary', 'hello'],
    ['with headers that do not end', '--b\r\nname: a\r\n--b--'],
    ['empty', ''],
  ])('is no body of several parts: %s', (_what, body) => {
    expect(parseMultipart(encode(body), 'multipart/mixed; boundary=b')).toBeUndefined()
  })

  it('is none by another type', () => {
    expect(parseMultipart(encode('--b--'), 'text/plain; boundary=b')).toBeUndefined()
  })

  it('is read in time that grows with it', () => {
    const body = encode(`--b\r\n\r\n${'\r\n--b'.repeat(300_000)}`)
    expect(parseMultipart(body, 'multipart/mixed; boundary=b')).toBeUndefined()
  })
})

describe('the same text', () => {
  const bodies = (text: string) => [text, encode(text), new Blob([text])] as const

  it.each([
    ['no type', {}],
    ['text', { 'content-type': 'text/plain' }],
    ['JSON', { 'content-type': 'application/json' }],
    ['bytes', { 'content-type': 'application/octet-stream' }],
  ])('is the same request however it is given, as %s', async (_what, headers) => {
    const all = bodies('{"a":"b"}')
    for (const recorded of all) {
      for (const now of all) {
        const given = [recorded, now]
        const { report } = await rehearse(echo, async (url) => {
          const body = given.shift()!
          return (await fetch(url, { method: 'POST', headers: { ...headers }, body })).status
        })
        expect(report.status).toBe('ok')
      }
    }
  })
})

it('sends what another implementation of fetch is given as it is, and knows it again', async () => {
  const other = retakeFetch(otherFetch as never)
  const { live, replayed, recording } = await rehearse(echo, async (url) => {
    const body = new OtherFormData()
    body.append('a', '1')
    const headers = new OtherHeaders({ 'x-a': '1' })
    return jsonOf(await other(url, { method: 'POST', body, headers } as never))
  })

  expect(live).toMatchObject({ type: 'multipart/form-data; ' })
  expect(replayed).toEqual(live)
  expect(callsOf(recording)[0]?.request).toMatchObject({
    body: { form: [{ name: 'a', value: '1' }] },
  })
})
