import assert from 'node:assert'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode, registerErrorReviver, withheldReason } from './codec.ts'
import type { Encoded } from '../event.ts'

function roundTrip(value: unknown): unknown {
  return decode(JSON.parse(JSON.stringify(encode(value))) as Encoded)
}

function withheld(value: unknown, maxBytes?: number): string[] {
  const found: string[] = []
  encode(value, {
    ...(maxBytes && { maxBytes }),
    onWithheld: (path, why) => found.push(`${path}: ${why}`),
  })
  return found
}

/** Anything that decodes to a value strictly equal to itself. */
const anyValue = fc.anything({
  key: fc.oneof(fc.string(), fc.constantFrom('$rt', '__proto__', 'constructor', 'toString', 'v')),
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  withNullPrototype: true,
  withUnicodeString: true,
})

describe('encode and decode', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['an undefined property', { a: undefined, b: null }],
    ['undefined items', [undefined, null, undefined]],
    ['a sparse array', [, 1, , 'x', ,]], // oxlint-disable-line no-sparse-arrays
    ['numbers that JSON loses', [Number.NaN, Infinity, -Infinity, -0, 0]],
    ['bigints', [0n, -(2n ** 70n)]],
    ['dates', [new Date(0), new Date(8.64e15)]],
    ['a URL', new URL('https://user:pass@example.com/a?b=c#d')],
    [
      'bytes',
      [new Uint8Array([1, 2, 255]), Buffer.from('é'), new ArrayBuffer(3), new Uint8Array()],
    ],
    ['a window on bytes', new Uint8Array([1, 2, 3, 4]).subarray(1, 3)],
    [
      'typed arrays',
      [new Float64Array([1.5, Number.NaN]), new BigInt64Array([-1n]), new Int16Array([7])],
    ],
    ['a DataView', new DataView(new Uint8Array([1, 2, 3]).buffer, 1)],
    ['regular expressions', [/a\/b/giu, Object.assign(/x/g, { lastIndex: 3 })]],
    [
      'a Map',
      new Map<unknown, unknown>([
        ['a', 1],
        [{ b: 2 }, new Map([[Number.NaN, []]])],
      ]),
    ],
    ['a Set', new Set([1, 'a', new Set([undefined])])],
    [
      'Headers',
      new Headers([
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['x', 'y'],
      ]),
    ],
    ['an object with the key of tags', { $rt: 'date', v: '2020' }],
    ['an escaped object in another', { $rt: { $rt: { v: 1 } } }],
    ['an object without prototype', Object.assign(Object.create(null), { a: 1 })],
    ['lone surrogates', ['\ud800', '\udc00']],
  ])('keep %s', (_name, value) => {
    assert.deepStrictEqual(roundTrip(value), value)
  })

  // Not every Node takes two of them for equal.
  it('keep dates that are none', () => {
    const date = roundTrip(new Date(Number.NaN)) as Date

    expect(date).toBeInstanceOf(Date)
    expect(date.getTime()).toBeNaN()
  })

  it('keep every kind of value, nested in any way', () => {
    fc.assert(fc.property(anyValue, (value) => assert.deepStrictEqual(roundTrip(value), value)))
  })

  it('keep registered symbols that mark an object, with their enumerability', () => {
    const value = { type: 'error', [Symbol.for('retake.test.shown')]: true }
    Object.defineProperty(value, Symbol.for('retake.test.hidden'), { value: true })

    const decoded = roundTrip(value) as Record<symbol, unknown>

    expect(decoded[Symbol.for('retake.test.shown')]).toBe(true)
    expect(decoded[Symbol.for('retake.test.hidden')]).toBe(true)
    expect(Object.getOwnPropertySymbols({ ...decoded })).toEqual([Symbol.for('retake.test.shown')])
  })

  it('store what `toJSON` gives for instances of classes', () => {
    class Money {
      #cents = 150
      toJSON() {
        return { euros: this.#cents / 100 }
      }
    }
    class Itself {
      a = 1
      toJSON() {
        return this
      }
    }

    expect(roundTrip([new Money(), new Itself()])).toEqual([{ euros: 1.5 }, { a: 1 }])
  })

  it('keep `__proto__` as a key, and leave prototypes alone', () => {
    const value: unknown = JSON.parse('{"__proto__": {"polluted": true}, "a": {"__proto__": 1}}')

    const decoded = roundTrip(value) as object

    assert.deepStrictEqual(decoded, value)
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype)
    expect('polluted' in {}).toBe(false)
  })

  it('give a structure of its own: changes by the app are not seen', () => {
    const value = { list: [{ a: 1 }] }
    const encoded = encode(value)

    value.list[0]!.a = 2
    value.list.push({ a: 3 })

    expect(encoded).toEqual({ list: [{ a: 1 }] })
  })

  it('leave plain JSON as it is', () => {
    const value = { a: [1, 'x', null, true, { b: {} }] }

    expect(encode(value)).toEqual(value)
  })
})

describe('encode', () => {
  it('withholds what cannot be stored, and says where and why', () => {
    const circular: Record<string, unknown> = {}
    circular.self = [circular]
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    const value = {
      call: () => 1,
      symbol: Symbol('x'),
      circular,
      get broken(): never {
        throw new Error('no')
      },
      proxy: revoked.proxy,
      blob: new Blob(['x']),
      promise: Promise.resolve(1),
      fake: Object.create({ [Symbol.toStringTag]: 'Map' }) as unknown,
      kept: 1,
    }

    expect(withheld({ a: [value] })).toEqual([
      'a[0].call: function',
      'a[0].symbol: symbol',
      'a[0].circular.self[0]: circular',
      'a[0].broken: throws when read',
      'a[0].proxy: throws when read',
      'a[0].blob: Blob',
      'a[0].promise: Promise',
      'a[0].fake: throws when read',
    ])
    expect(decode(encode(value))).toMatchObject({ kept: 1, call: undefined })
  })

  it('does not take an object that is there twice for a circle', () => {
    const shared = { a: 1 }

    expect(roundTrip([shared, shared])).toEqual([shared, shared])
  })

  it('withholds what is nested more than 200 levels deep', () => {
    let deep: unknown = 'bottom'
    for (let level = 0; level < 20_000; level++) deep = level % 2 ? [deep] : new Map([[deep, 1]])

    const encoded = encode(deep)

    expect(withheldReason(encoded)).toBe('deeper than 200 levels')
    expect(() => JSON.stringify(encoded)).not.toThrow()
    expect(() => decode(encoded)).not.toThrow()
  })

  it('withholds the text and the bytes that do not fit', () => {
    const value = ['x'.repeat(60), 'y'.repeat(60), new Uint8Array(50), 'z'.repeat(30)]

    expect(withheld(value, 100)).toEqual([
      '[1]: over the limit of 100 bytes',
      '[2]: over the limit of 100 bytes',
    ])
  })

  it('keeps 10 MB of text and of bytes', () => {
    const value = { text: 'x'.repeat(10_000_000), bytes: Buffer.alloc(10_000_000) }

    assert.deepStrictEqual(decode(encode(value)), value)
  })

  it('takes bounded time over values that grow when written out', () => {
    let bomb: unknown[] = []
    for (let level = 0; level < 150; level++) bomb = [bomb, bomb]
    const holes: unknown[] = []
    holes.length = 2 ** 31

    expect(withheld(bomb)).toEqual([': too many values'])
    expect(withheld(2n ** 1_000_000n)).toHaveLength(1)
    assert.deepStrictEqual(roundTrip(holes), holes)
  })

  it('never throws', () => {
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no')
        },
      },
    )
    const lying = { toJSON: () => ({ toJSON: () => hostile }) }

    expect(withheld([hostile, lying])).toHaveLength(2)
    fc.assert(
      fc.property(
        fc.anything({ withObjectString: true, withBoxedValues: true }),
        (value) => void encode(value),
      ),
    )
  })
})

describe('decode', () => {
  it.each<[string, unknown]>([
    ['an unknown tag', { $rt: 'process' }],
    ['a tag that is no text', { $rt: ['date'] }],
    ['a tag of a prototype', { $rt: 'constructor' }],
    ['an invalid date', { $rt: 'date', v: 'yesterday' }],
    ['an invalid URL', { $rt: 'url', v: 'nowhere' }],
    ['an invalid pattern', { $rt: 'regexp', source: '(', flags: '' }],
    ['an unknown type of bytes', { $rt: 'bytes', type: 'Function', v: '' }],
    ['bytes that are not base64', { $rt: 'bytes', type: 'Buffer', v: 'a*b=' }],
    ['bytes of the wrong length', { $rt: 'bytes', type: 'Float64Array', v: 'AAAA' }],
    ['an error without message', { $rt: 'error', name: 1, message: {} }],
    ['a list that is none', { $rt: 'set', v: 'abc' }],
    ['a map without a value', { $rt: 'map', v: [1] }],
    ['an index out of bounds', { $rt: 'sparse', length: 1, indexes: [5], values: [1] }],
    ['a number that is none', { $rt: 'number', v: '12' }],
    ['a bigint that is none', { $rt: 'bigint', v: 'x' }],
    ['an escape of nothing', { $rt: 'object' }],
  ])('refuses %s', (_name, value) => {
    expect(() => decode({ a: [value as Encoded] })).toThrow(
      expect.objectContaining({ code: 'REPLAY_INVALID_SESSION' }),
    )
  })

  it('refuses what is nested too deeply', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as Encoded

    expect(() => decode(deep)).toThrow(expect.objectContaining({ code: 'REPLAY_INVALID_SESSION' }))
  })

  it('survives anything: a value, or a typed error, and no change of a prototype', () => {
    const tag = fc.constantFrom(
      'date',
      'error',
      'map',
      'object',
      'bytes',
      'sparse',
      'headers',
      'regexp',
      'x',
    )
    const tree = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.jsonValue(),
        fc.dictionary(
          fc.constantFrom('v', '__proto__', 'constructor', 'name', 'props', 'length', 'type'),
          tie('value'),
        ),
        fc.record({
          $rt: tag,
          v: tie('value'),
          name: tie('value'),
          message: tie('value'),
          props: tie('value'),
        }),
      ),
    })).value

    fc.assert(
      fc.property(tree, (value) => {
        try {
          decode(value as Encoded)
        } catch (error) {
          expect(error).toMatchObject({ code: 'REPLAY_INVALID_SESSION' })
        }
        expect(Object.keys(Object.prototype)).toEqual([])
      }),
    )
  })
})

describe('errors', () => {
  class QuotaError extends RangeError {
    override name = 'QuotaError'
    retryAfterMs = 20
  }
  class Inherited extends Error {}
  Inherited.prototype.name = 'Inherited'

  it.each<[string, Error]>([
    ['an error', new Error('plain')],
    ['an error of a built-in class', new TypeError('no', { cause: new SyntaxError('deep') })],
    [
      'own properties',
      Object.assign(new Error('x'), { status: 429, headers: new Headers({ a: 'b' }) }),
    ],
    ['an enumerable cause', Object.assign(new Error('x'), { cause: 'because' })],
    ['a cause that is undefined', new Error('x', { cause: undefined })],
    ['a name of its own', Object.assign(new Error('x'), { name: 'CustomError' })],
    ['an AggregateError', new AggregateError([new Error('a'), 'b'], 'both')],
    ['a DOMException', new DOMException('stopped', 'AbortError')],
  ])('keep %s', (_name, error) => {
    assert.deepStrictEqual(roundTrip(error), error)
  })

  it('keep the name and the base of a class of the app', () => {
    const [quota, inherited] = roundTrip([new QuotaError('full'), new Inherited('x')]) as Error[]

    expect(quota).toBeInstanceOf(RangeError)
    expect(Object.entries(quota!)).toEqual([
      ['name', 'QuotaError'],
      ['retryAfterMs', 20],
    ])
    expect(inherited).toMatchObject({ name: 'Inherited', message: 'x' })
    expect(Object.keys(inherited!)).toEqual([])
  })

  it('keep the marks by which an SDK knows its errors', () => {
    const mark = Symbol.for('vercel.ai.error.AI_APICallError')
    const error = Object.assign(new Error('x'), { [mark]: true })

    expect(Reflect.get(roundTrip(error) as object, mark)).toBe(true)
  })

  it('do not store the stack', () => {
    expect(JSON.stringify(encode(new Error('x')))).not.toContain(import.meta.filename)
  })

  it('keep plain data of what SDKs hang on them, and can be served all the same', () => {
    class Socket {
      peer = this
      address = '10.0.0.1'
    }
    const error = Object.assign(new Error('x'), {
      config: { retry: () => 1, url: '/a' },
      request: new Socket(),
    })

    const encoded = encode(error)

    expect(withheldReason(encoded)).toBeUndefined()
    expect(decode(encoded)).toMatchObject({ config: { url: '/a' }, request: undefined })
  })

  it('can be anything that was thrown', () => {
    expect(roundTrip('just text')).toBe('just text')
    expect(roundTrip(undefined)).toBeUndefined()
  })

  it('get their class back from a reviver', () => {
    class ProviderError extends Error {}
    const remove = registerErrorReviver((error, family) =>
      family === 'http' ? Object.assign(new ProviderError(error.message), error) : undefined,
    )

    const revived = roundTrip(Object.assign(new Error('x'), { status: 500 }))
    const other = roundTrip(new Error('x'))
    remove()
    const afterwards = roundTrip(Object.assign(new Error('x'), { status: 500 }))

    expect(revived).toBeInstanceOf(ProviderError)
    expect(other).not.toBeInstanceOf(ProviderError)
    expect(afterwards).not.toBeInstanceOf(ProviderError)
  })

  it('tell a reviver the name of their class where their own name does not', () => {
    class RateLimitError extends Error {}
    const names: string[] = []
    const remove = registerErrorReviver((_error, _family, className) => {
      names.push(className)
      return undefined
    })

    roundTrip([new RateLimitError('x'), new TypeError('y')])
    remove()

    expect(names).toEqual(['RateLimitError', 'TypeError'])
  })

  it('keep hidden marks that say no', () => {
    const mark = Symbol.for('langchain.errors.retryable')
    const error = Object.defineProperty(new Error('x'), mark, { value: false, configurable: true })

    const decoded = roundTrip(error) as Error

    expect(Object.getOwnPropertyDescriptor(decoded, mark)).toMatchObject({
      value: false,
      enumerable: false,
    })
  })
})
