import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode } from '@retake/format'
import { createRedactor, type RedactOptions } from './redact.ts'
import { redact, text } from '../test/redact.ts'
import { SECRETS } from '../test/secrets.ts'

describe('placeholders', () => {
  it('are numbered by first appearance; equal values are equal, others differ', () => {
    const { plain, aws } = SECRETS

    expect(redact([`${aws} ${plain}`, plain, { password: aws }])).toEqual([
      '«secret:1» «secret:2»',
      '«secret:2»',
      { password: '«secret:1»' },
    ])
  })

  it('of an earlier redaction stay apart from other secrets', () => {
    const found = text(`${SECRETS.plain} and «secret:1» and «secret:1»`)

    expect(found).toBe('«secret:1» and «secret:2» and «secret:2»')
  })

  it('in a URL object survive a round trip, and are known again', () => {
    const redactor = createRedactor()
    const url = redactor.value(
      encode(new URL('https://a:hunter2@example.com/?secret=hunter2')),
    ).value

    const again = redactor.value(encode(decode(url)))

    expect(again).toEqual({ value: url, changed: false })
    expect(redactor.text(String(decode(url)))).toBe(
      'https://a:«secret:1»@example.com/?secret=«secret:1»',
    )
  })

  it('share their numbers within a session', () => {
    const session = createRedactor().session()

    expect(session.value({ secret: 'a' }).value).toEqual({ secret: '«secret:1»' })
    expect(session.value({ secret: 'b' }).value).toEqual({ secret: '«secret:2»' })
    expect(session.value({ secret: 'a' }).value).toEqual({ secret: '«secret:1»' })
  })

  it('hold nothing of the value', () => {
    expect(text(SECRETS.plain)).toBe('«secret:1»')
  })
})

describe('headers and URLs', () => {
  it('remove credentials from a URL or a path', () => {
    const redactor = createRedactor()

    expect(redactor.url('/a?api_key=hunter2&b=1')).toBe('/a?api_key=«secret:1»&b=1')
    expect(redactor.url('https://u:hunter2@h/a')).toBe('https://u:«secret:1»@h/a')
  })
})

describe('scan', () => {
  it('names the path and the rule, and never the value', () => {
    const redactor = createRedactor({ secrets: ['known-value'], pii: ['email'] })
    const value = {
      messages: [{ content: `use ${SECRETS.aws}` }],
      password: 'hunter2',
      note: 'known-value, a@b.example',
    }

    const found = redactor.scan(encode(value))

    expect(found).toEqual([
      { path: 'messages[0].content', rule: 'aws-key' },
      { path: 'password', rule: 'field' },
      { path: 'note', rule: 'known-secret' },
      { path: 'note', rule: 'email' },
    ])
  })

  it('finds nothing in what was redacted', () => {
    const redactor = createRedactor()

    expect(redactor.scan(redactor.value(encode(Object.values(SECRETS))).value)).toEqual([])
  })
})

describe('redaction', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...Object.values(SECRETS),
      'ann@example.com',
      '«secret:2»',
      '«secret:x»',
      '%C2%ABemail:7%C2%BB',
    ),
    fc.constantFrom(
      'password=',
      '"api_key":"',
      '\\"secret\\":\\"',
      'https://a:b@',
      'Bearer ',
      'cookie: a=',
      '-----BEGIN A-----',
    ),
    fc.constantFrom('"', '\\', ' ', '&', '?', ':', '»', '«', '=', '1', 'x', '\n'),
    fc.string({ maxLength: 8 }),
  )
  const dirty = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
  const field = fc.oneof(fc.constantFrom('password', 'token', 'text', '$rt', '__proto__'), dirty)
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      dirty,
      fc.nat(),
      fc.array(tie('any')),
      fc.dictionary(field, tie('any')),
    ),
  })).any

  const options: RedactOptions = {
    pii: ['email', 'phone', 'card'],
    secrets: ['x"1'],
    patterns: [/x+/],
  }

  it('changes nothing when it is done again', () => {
    const redactor = createRedactor(options)

    fc.assert(
      fc.property(value, (raw) => {
        const once = redactor.value(encode(raw)).value
        expect(redactor.value(once)).toEqual({ value: once, changed: false })
        expect(redactor.scan(once)).toEqual([])
      }),
    )
  })

  it('leaves none of the planted secrets, wherever they are', () => {
    const secret = fc.constantFrom(
      ...Object.values(SECRETS).filter((found) => !found.includes(' ')),
    )
    const carrier = fc.constantFrom<(found: string) => unknown>(
      (found) => ({ headers: { authorization: `Bearer ${found}` } }),
      (found) => ({ url: `https://example.com/?q=1&key=${found}` }),
      (found) => ({ body: JSON.stringify({ a: JSON.stringify({ note: found }) }) }),
      (found) => ({ parts: [`data: {"delta":"${found}"}\n\n`] }),
      (found) => new Error(`Incorrect API key provided: ${found}.`),
      (found) => new Map([[found, [Buffer.from(`x ${found}`)]]]),
      (found) => ({ [`of ${found}`]: new URL(`https://example.com/${found}`) }),
    )

    fc.assert(
      fc.property(secret, carrier, (found, carry) => {
        const stored = JSON.stringify(createRedactor().value(encode(carry(found))).value)
        expect(stored).not.toContain(found)
        expect(stored).not.toContain(Buffer.from(`x ${found}`).toString('base64'))
      }),
    )
  })
})
