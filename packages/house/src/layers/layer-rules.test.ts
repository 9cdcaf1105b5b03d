import { describe, expect, it } from 'vitest'
import { toLayerRules } from './layer-rules.ts'

describe('toLayerRules', () => {
  it('hands on rules of the right form', () => {
    const rules = { rows: { a: [], b: ['a'] }, valuesOf: {}, builtins: { 'node:fs': ['*'] } }

    expect(toLayerRules(rules)).toBe(rules)
  })

  it.each([
    [undefined, 'layers.ts: exports no "layers" with "rows"'],
    [{ builtins: {} }, 'layers.ts: exports no "layers" with "rows"'],
    [{ rows: {}, valueOf: {} }, 'layers.ts: "valueOf" is not one of rows, valuesOf, builtins'],
    [{ rows: { a: 'b' } }, 'layers.ts: "rows" needs a list of names for each of its keys'],
    [{ rows: ['a'] }, 'layers.ts: "rows" needs a list of names for each of its keys'],
  ])('refuses %j', (value, message) => {
    expect(() => toLayerRules(value)).toThrow(new TypeError(message))
  })
})
