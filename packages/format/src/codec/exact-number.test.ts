import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode } from './codec.ts'
import { ExactNumber, parseExactJson } from './exact-number.ts'
import { fingerprint } from './fingerprint.ts'

function fingerprintOf(text: string): string {
  return fingerprint(encode(parseExactJson(text)))
}

// The same whatever its fields are called: what a tool was given, as a model says it.
function ofToolInput(text: string): string {
  return fingerprint({ name: 'tool', arguments: text })
}

const UNLIKE: readonly (readonly [string, string])[] = [
  ['9007199254740992', '9007199254740993'],
  ['-9007199254740992', '-9007199254740993'],
  ['12345678901234567890', '12345678901234567891'],
  ['12345678.123456789', '12345678.123456788'],
  ['0.1', '0.1000000000000000055511151231257827'],
  ['3.14159265358979323846', '3.14159265358979323847'],
  ['1e400', '1e401'],
  ['1e-400', '0'],
  ['1e400', '-1e400'],
  ['123456789012345678e10', '123456789012345679e10'],
  ['0.00000000000000000012345678901234567', '0.00000000000000000012345678901234568'],
]

const ALIKE: readonly (readonly [string, string])[] = [
  ['9007199254740993', '9007199254740993.0'],
  ['9007199254740993', '9.007199254740993e15'],
  ['1e400', '10E+399'],
  ['100', '1e2'],
  ['-0', '0'],
  ['0.5', '5e-1'],
  ['123456789012345678901', '123456789012345678.901e3'],
]

describe('numbers that no double equals', () => {
  it.each(UNLIKE)('%s and %s are different requests', (one, other) => {
    for (const frame of [(n: string) => `{"id":${n}}`, (n: string) => `[1,\n ${n} , 2]`]) {
      expect(fingerprintOf(frame(one))).not.toBe(fingerprintOf(frame(other)))
      expect(ofToolInput(frame(one))).not.toBe(ofToolInput(frame(other)))
    }
  })

  it.each(ALIKE)('%s and %s are the same', (one, other) => {
    expect(fingerprintOf(`{"id":${one}}`)).toBe(fingerprintOf(`{"id":${other}}`))
  })

  it('come back as they were, and are written to JSON again as they were', () => {
    const text = '{"id":9007199254740993,"list":[0.1,1e400,12345678.123456789]}'
    const value = decode(encode(parseExactJson(text)))

    expect(value).toStrictEqual(parseExactJson(text))
    expect(parseExactJson(JSON.stringify(value))).toStrictEqual(value)
    expect(JSON.stringify((value as { id: unknown }).id)).toBe('9007199254740993')
  })

  it('leave the fingerprints of all others as they were', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(encode(parseExactJson(text))).toStrictEqual(encode(JSON.parse(text)))
      }),
    )
    expect(ofToolInput('{"n": 1e12, "s": "1e400"}')).toBe(
      ofToolInput('{"s":"1e400","n":1000000000000}'),
    )
  })

  it('are told apart whatever their digits are', () => {
    const digits = fc.stringMatching(/^[1-9]\d{0,40}$/)
    fc.assert(
      fc.property(digits, digits, fc.integer({ min: -400, max: 400 }), (one, other, exponent) => {
        const same = BigInt(one) === BigInt(other)
        const [first, second] = [`[${one}e${exponent}]`, `[${other}e${exponent}]`]
        expect(fingerprintOf(first) === fingerprintOf(second)).toBe(same)
      }),
    )
  })

  it.each(['1', '01', '1e400 ', 'x', '9007199254740992', '1'.repeat(20_000), ''])(
    'are refused where nobody can have written them: %#',
    (v) => {
      expect(() => decode({ $rt: 'number', v })).toThrow('A recorded value cannot be read')
    },
  )

  it('are looked for in no more time than it takes to read the text', () => {
    const hostile = `["${'1234567890.,:['.repeat(100_000)}", ${'9'.repeat(9_000)}]`

    expect(parseExactJson(hostile)).toEqual([expect.any(String), expect.any(ExactNumber)])
  })
})
