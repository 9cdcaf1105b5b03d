import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encode } from '../codec/encode.ts'
import type { Encoded } from '../event.ts'
import { foundBy } from './answer-report.ts'
import { Comparison, type ComparisonOptions } from './compare-values.ts'
import { createIgnore } from './place-pattern.ts'

function compare(recorded: unknown, now: unknown, options: ComparisonOptions = {}) {
  const comparison = new Comparison(options)
  comparison.compare('body', encode(recorded), encode(now))
  return { ...foundBy(comparison), redacted: comparison.redacted }
}

function pathsOf(recorded: unknown, now: unknown, options?: ComparisonOptions) {
  return compare(recorded, now, options).differences.map(({ path }) => path)
}

const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true })

describe('a comparison', () => {
  it('finds a value to be the same as itself, and as its JSON', () => {
    fc.assert(
      fc.property(anything, fc.jsonValue(), (value, json) => {
        const encoded = encode(value)
        expect(pathsOf(encoded, JSON.parse(JSON.stringify(encoded)))).toEqual([])
        // As it is read from a file, where no zero has a sign.
        const read = JSON.parse(JSON.stringify(json)) as never
        expect(pathsOf(read, JSON.parse(JSON.stringify(read)))).toEqual([])
      }),
    )
  })

  it('finds every difference of JSON, and none where the canonical text is the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (recorded, now) => {
        const isSame = sorted(recorded) === sorted(now)
        expect(pathsOf(recorded, now).length === 0).toBe(isSame)
      }),
    )
  })

  it('names the first places, in the order of the recorded value', () => {
    const recorded = { z: 1, list: [1, { a: 'x' }], gone: true }
    const now = { list: [1, { a: 'y' }, 3], z: 2, come: null }

    expect(compare(recorded, now).differences).toEqual([
      { path: 'body.z', recorded: '1', now: '2' },
      { path: 'body.list[1].a', recorded: '"x"', now: '"y"' },
      { path: 'body.list[2]', recorded: undefined, now: '3' },
      { path: 'body.gone', recorded: 'true', now: undefined },
      { path: 'body.come', recorded: undefined, now: 'null' },
    ])
  })

  it.each<[string, unknown, unknown]>([
    ['an empty list and an empty object', [], {}],
    ['text and a number', '1', 1],
    ['null and nothing', { a: null }, {}],
    ['two dates', new Date(1), new Date(2)],
    ['two errors', new Error('a'), new Error('b')],
    ['bytes', Uint8Array.of(1), Uint8Array.of(2)],
    ['a date and its text', new Date(1), new Date(1).toISOString()],
    ['maps', new Map([['a', 1]]), new Map([['a', 2]])],
    ['what is beyond thousands of equal values', [...many(6_000), 1], [...many(6_000), 2]],
  ])('tells %s apart', (_name, recorded, now) => {
    expect(pathsOf(recorded, now)).toHaveLength(1)
  })

  it.each<[string, unknown, unknown]>([
    ['keys in another order', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['what is undefined and what is not there', { a: undefined }, {}],
    ['bytes in a buffer of Node', Uint8Array.of(1, 2), Buffer.from([1, 2])],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    [
      'what SDKs hang on their errors',
      Object.assign(new Error('a'), { socket: 1 }),
      Object.assign(new Error('a'), { socket: 2 }),
    ],
  ])('takes %s for the same', (_name, recorded, now) => {
    expect(pathsOf(recorded, now)).toEqual([])
  })

  it('shows bytes by their hash, and of long texts where they part', () => {
    const long = 'x'.repeat(10_000)
    const [bytes] = compare(Uint8Array.of(1), Uint8Array.of(2)).differences
    const [text] = compare(`${long}a`, `${long}b`).differences

    expect(bytes?.recorded).toMatch(/^1 bytes, SHA-256 [0-9a-f]{16}$/)
    expect(text?.recorded).toMatch(/^…x{40}a"$/)
    expect(text?.now).toMatch(/^…x{40}b"$/)
  })

  it('leaves out what is to be ignored, however much of it differs', () => {
    const ignore = createIgnore(['body.items[*].id', 'body.at'])
    const recorded = { at: 1, items: many(100).map((_, id) => ({ id, name: 'a' })) }
    const now = { items: many(100).map((_, id) => ({ id: -id - 1, name: 'a' })) }

    expect(pathsOf(recorded, now, { ignore })).toEqual([])
    expect(pathsOf(recorded, { ...now, items: [] }, { ignore })).toHaveLength(20)
  })

  it('takes the ids of the two sessions for the same, and no other ones', () => {
    const ids = ['session-one', 'session-two'] as const

    expect(pathsOf('/s/session-one/x', '/s/session-two/x', { ids })).toEqual([])
    expect(pathsOf('/s/session-one/x', '/s/session-three/x', { ids })).toEqual(['body'])
    expect(pathsOf('session-two', 'session-one', { ids })).toEqual(['body'])
  })

  it('says what one side does not hold', () => {
    const { differences, notCompared } = compare({ a: 1, f: () => {} }, { a: 1, f: 2 })

    expect(differences).toEqual([])
    expect(notCompared).toEqual([{ path: 'body.f', why: 'function' }])
    expect(compare({ f: () => {} }, {}).differences).toHaveLength(1)
    expect(compare('(withheld)', '(withheld)').notCompared).toHaveLength(1)
  })

  it('notes what redaction has removed on both sides, and what other rules leave open', () => {
    const removed: Encoded = { key: 'Bearer «secret:1», then' }

    expect(compare(removed, removed).redacted).toEqual([['body', 'key']])
    expect(compare(removed, { key: 'Bearer abc, then' }).notCompared).toHaveLength(1)
    expect(pathsOf(removed, { key: 'Basic abc, then' })).toEqual(['body.key'])
    expect(pathsOf(removed, { key: 'Bearer «secret:2», then' })).toEqual(['body.key'])
  })
})

function many(count: number): readonly number[] {
  return Array<number>(count).fill(0)
}

// What is left of two values of JSON when the order of keys makes no difference. -0 is written as 0.
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}
