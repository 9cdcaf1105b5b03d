import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonical } from './canonical.ts'
import { encode } from './codec.ts'
import type { Encoded } from '../event.ts'

function canonicalOf(value: unknown): string {
  return canonical(encode(value))
}

describe('canonical', () => {
  it('sorts keys by code unit, at every depth', () => {
    expect(canonicalOf({ b: [{ z: 1, a: 2 }], B: 1, ä: 1 })).toBe(
      '{"B":1,"b":[{"a":2,"z":1}],"ä":1}',
    )
  })

  it('does not mind whether an object has a prototype', () => {
    const bare = Object.assign(Object.create(null) as object, { b: 1, a: [2] })

    expect(canonicalOf({ bare })).toBe(canonicalOf({ bare: { a: [2], b: 1 } }))
  })

  it('drops undefined properties, and keeps null and undefined items', () => {
    expect(canonicalOf({ a: undefined, b: null })).toBe('{"b":null}')
    expect(canonicalOf([undefined])).not.toBe(canonicalOf([null]))
  })

  it.each<[string, unknown, unknown]>([
    ['-0 and 0', -0, 0],
    ['numbers however written', JSON.parse('[1.0, 1e2]'), [1, 100]],
    ['a Buffer and a Uint8Array', Buffer.from('abc'), new Uint8Array([97, 98, 99])],
    [
      'the spacing of tool arguments',
      { name: 'f', arguments: '{"a": 1, "b": [2]}' },
      { name: 'f', arguments: '{"b":[2],"a":1}' },
    ],
    [
      'the numbers of placeholders',
      ['«secret:4»', '«secret:2»', '«secret:4»'],
      ['«secret:1»', '«secret:2»', '«secret:1»'],
    ],
    [
      'the order of keys around placeholders',
      { b: '«secret:1»', a: '«secret:2»' },
      { a: '«secret:1»', b: '«secret:2»' },
    ],
  ])('takes for equal: %s', (_name, one, other) => {
    expect(canonicalOf(one)).toBe(canonicalOf(other))
  })

  it.each<[string, unknown, unknown]>([
    ['text that differs in spaces only', { input: '{"a": 1}' }, { input: '{"a":1}' }],
    ['text in another Unicode form', 'é', 'e\u0301'],
    ['line ends', 'a\r\n', 'a\n'],
    ['lone surrogates', '\ud800', '\ud801'],
    [
      'arguments as text and as an object',
      { name: 'f', args: '{"a":1}' },
      { name: 'f', args: { a: 1 } },
    ],
    [
      'digits that a number would lose',
      { name: 'f', args: '[9007199254740993]' },
      { name: 'f', args: '[9007199254740992]' },
    ],
    ['bytes', new Uint8Array([1]), new Uint8Array([2])],
    ['types of bytes', new Uint8Array([1, 0]), new Uint16Array([1])],
    ['data URLs', 'data:image/png;base64,AAAA', 'data:image/png;base64,AAAB'],
    ['media types', 'data:image/png;base64,AAAA', 'data:image/gif;base64,AAAA'],
    ['data URLs that are not base64', 'data:image/png;base64,AA AA', 'data:image/png;base64,AAAA'],
    [
      'a tag and an object that looks like it',
      new Date(0),
      { $rt: 'date', v: '1970-01-01T00:00:00.000Z' },
    ],
    [
      'two objects that look like a tag',
      { $rt: 'number', v: '-0', x: 1 },
      { $rt: 'number', v: '-0', x: 2 },
    ],
    [
      'bytes and an object that looks like their hash',
      Buffer.from('a'),
      JSON.parse(canonicalOf(Buffer.from('a'))),
    ],
    ['which of two secrets is where', ['«secret:1»', '«secret:2»'], ['«secret:1»', '«secret:1»']],
  ])('tells apart: %s', (_name, one, other) => {
    expect(canonicalOf(one)).not.toBe(canonicalOf(other))
  })

  it('does not repeat bytes and data URLs', () => {
    const text = canonicalOf({
      file: Buffer.alloc(1000, 7),
      url: `data:a/b;base64,${'A'.repeat(1000)}`,
    })

    expect(text.length).toBeLessThan(400)
  })

  it('refuses what is nested too deeply', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as Encoded

    expect(() => canonical(deep)).toThrow(
      expect.objectContaining({ code: 'REPLAY_INVALID_SESSION' }),
    )
  })

  it('is the same for the live and the stored form', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (value) => {
        const encoded = encode(value)
        const stored = JSON.parse(JSON.stringify(encoded)) as Encoded
        expect(canonical(stored)).toBe(canonical(encoded))
      }),
    )
  })

  it('is the same for every order of keys, and with undefined properties added', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.infiniteStream(fc.nat()), (value, choices) => {
        expect(canonicalOf(shuffle(value, choices))).toBe(canonicalOf(value))
      }),
    )
  })
})

function shuffle(value: unknown, choices: Iterator<number>): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffle(item, choices))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, part]) => [key, shuffle(part, choices)] as const)
  const shuffled = entries
    .map((entry) => ({ entry, rank: choices.next().value as number }))
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ entry }) => entry)
  return Object.fromEntries([...shuffled, ['never in the other', undefined]])
}
