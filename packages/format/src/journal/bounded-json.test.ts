import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encoded } from '../../test/session-data.ts'
import { boundsFault, isNestedDeeper, parseJson } from './bounded-json.ts'

const LIMITS = { maxChars: 10_000_000, maxDepth: 3, maxValues: 1000 }

function pad(text: string): string {
  return text + ' '.repeat(10)
}

describe('parseJson', () => {
  it('parses what is within the limits', () => {
    expect(parseJson(pad('[[[1]]]'), LIMITS)).toEqual({ value: [[[1]]], values: 4 })
  })

  it('refuses what is nested too deeply', () => {
    expect(parseJson(pad('[[[[1]]]]'), LIMITS)).toEqual({ fault: 'depth' })
    expect(parseJson(pad('{"a":[{"b":[]}]}'), LIMITS)).toEqual({ fault: 'depth' })
  })

  it('does not count brackets inside strings', () => {
    const values = [String.raw`\"[[[[`, '[[[[', String.raw`[[[[\\`, String.raw`\\\"{{{{`]
    for (const value of values) expect(parseJson(`["${value}"]`, LIMITS)).toHaveProperty('value')
  })

  it('refuses five million open brackets, closed or not, without overflowing', () => {
    const open = '['.repeat(5_000_000)
    expect(parseJson(open, LIMITS)).toEqual({ fault: 'depth' })
    expect(parseJson(open + ']'.repeat(5_000_000), LIMITS)).toEqual({ fault: 'depth' })
  })

  it('refuses what becomes far larger than its text', () => {
    const bounds = { ...LIMITS, maxValues: 3 }

    expect(parseJson('[1,"a,b,c,d"]', bounds)).toEqual({ value: [1, 'a,b,c,d'], values: 3 })
    for (const text of ['[1,2,3]', '[[],[]]', '{"a":{},"b":0}', '[[[]]]']) {
      expect(parseJson(text, bounds)).toEqual({ fault: 'values' })
    }
  })

  it('takes linear time for backslashes and open strings', () => {
    const texts = [
      `["${String.raw`\"`.repeat(1_000_000)}"]`,
      `["${'\\'.repeat(2_000_000)}"]`,
      `"`.repeat(999_999),
    ]
    for (const text of texts) expect(boundsFault(text, LIMITS)).toBeUndefined()
  })

  it('refuses what is too long, and what is not JSON', () => {
    expect(parseJson('[1]', { ...LIMITS, maxChars: 2 })).toEqual({ fault: 'size' })
    expect(parseJson('[1', LIMITS)).toEqual({ fault: 'json' })
    expect(parseJson('', LIMITS)).toEqual({ fault: 'json' })
  })

  it('counts the same levels in a text as in its value', () => {
    fc.assert(
      fc.property(encoded, fc.nat({ max: 6 }), (value, maxDepth) => {
        const text = JSON.stringify(value) + ' '.repeat(20)
        const isDeeper =
          boundsFault(text, { maxChars: Infinity, maxDepth, maxValues: Infinity }) === 'depth'
        expect(isDeeper).toBe(isNestedDeeper(value, maxDepth))
      }),
    )
  })
})
