import { describe, expect, it } from 'vitest'
import { encode, type Encoded } from '@retake/format'
import { createRedactor } from './redact.ts'
import { redact } from '../test/redact.ts'
import { SECRETS } from '../test/secrets.ts'

describe('credentials', () => {
  it('are found in every kind of value', () => {
    const key = SECRETS.openai
    const value = {
      map: new Map([['authorization', 'hunter2']]),
      headers: new Headers({ 'x-api-key': 'hunter2', accept: '*/*' }),
      pairs: [['cookie', 'hunter2']],
      named: { name: 'Authorization', value: 'hunter2' },
      url: new URL('https://example.com/?api_key=hunter2&a=1'),
      bytes: Buffer.from('{"password":"hunter2","é":1}'),
      error: Object.assign(new Error(`401 for ${key}`), {
        responseHeaders: { 'set-cookie': 'hunter2' },
      }),
      set: new Set([key]),
      [`key ${key}`]: 1,
      escaped: { $rt: 'x', password: 'hunter2' },
    }

    const found = redact(value) as typeof value

    expect(JSON.stringify(encode(found))).not.toMatch(/hunter2|sk-proj/)
    expect(found.bytes.toString()).toBe('{"password":"«secret:1»","é":1}')
    expect(found.url.searchParams.get('a')).toBe('1')
    expect(found.headers.get('accept')).toBe('*/*')
    expect(found.escaped.$rt).toBe('x')
  })

  it('are withheld with the bytes around them where those are no UTF-8', () => {
    const secret = Buffer.from(`{"password":"hunter2"} ${SECRETS.openai}`)
    const mixed = Buffer.concat([Buffer.from([0xff, 0xfe]), secret])
    const { value } = createRedactor().value(encode({ mixed, plain: Buffer.from([0xff, 0xfe]) }))

    expect(value).toMatchObject({
      mixed: { $rt: 'withheld' },
      plain: { $rt: 'bytes', v: Buffer.from([0xff, 0xfe]).toString('base64') },
    })
    expect(JSON.stringify(value)).not.toContain(secret.toString('base64').slice(4, 20))
  })

  it('are removed from bytes that hold a replacement character, which is UTF-8', () => {
    const found = redact(Buffer.from('\uFFFD {"password":"hunter2"}')) as Buffer

    expect(found.toString()).toBe('\uFFFD {"password":"«secret:1»"}')
  })

  it('are found in the names and classes of errors', () => {
    const key = SECRETS.openai
    class Failure extends Error {}
    Object.defineProperty(Failure, 'name', { value: `for ${key}` })
    const errors = [new Failure('a class'), Object.assign(new Error('a name'), { name: key })]

    expect(JSON.stringify(createRedactor().value(encode(errors)))).not.toContain(key)
  })
})

describe('rules of the user', () => {
  it('replace texts by a function, which is told where they are', () => {
    const paths: string[] = []
    const replace = (value: string, path: string) => {
      paths.push(path)
      return value === 'Ann' ? 'someone' : undefined
    }

    expect(redact({ user: { names: ['Ann', 'Bob'] } }, { replace })).toEqual({
      user: { names: ['someone', 'Bob'] },
    })
    expect(paths).toEqual(['user.names[0]', 'user.names[1]'])
  })

  it('withhold a text when the function fails', () => {
    const replace = (value: string) => {
      if (value === 'Ann') throw new Error('no')
      return 5 as unknown as string
    }

    expect(createRedactor({ replace }).value(['Ann', 'Bob']).value).toEqual([
      { $rt: 'withheld', why: 'redact.replace failed' },
      { $rt: 'withheld', why: 'redact.replace gave no text' },
    ])
  })
})

describe('redaction', () => {
  it('does not touch what it was given', () => {
    const encoded = encode({ a: { password: 'x' }, b: { c: 1 } }) as { b: Encoded }
    const before = structuredClone(encoded)

    const { value, changed } = createRedactor().value(encoded)

    expect(encoded).toEqual(before)
    expect(changed).toBe(true)
    expect((value as { b: Encoded }).b).toBe(encoded.b)
  })
})
