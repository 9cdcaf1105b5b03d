import { describe, expect, it } from 'vitest'
import { createRandomStream, randomSeed } from './random-stream.ts'

function take(count: number, seed: number): readonly number[] {
  return Array.from({ length: count }, createRandomStream(seed))
}

describe('createRandomStream', () => {
  it('is the same for the same seed', () => {
    const seed = randomSeed()

    expect(take(100, seed)).toEqual(take(100, seed))
  })

  it('differs for seeds that differ in any bit', () => {
    const seed = 2 ** 40 + 12_345
    const bits = Array.from({ length: 53 }, (_, bit) => 2 ** bit)
    const neighbours = bits.map((bit) => seed + (Math.floor(seed / bit) % 2 === 0 ? bit : -bit))

    const streams = [seed, ...neighbours].map((each) => take(3, each).join())

    expect(new Set(streams).size).toBe(54)
  })

  it('spreads over the whole range', () => {
    const numbers = take(20_000, 1)
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => numbers.filter((n) => Math.floor(n * 10) === tenth).length,
    )

    expect(numbers.every((n) => n >= 0 && n < 1)).toBe(true)
    expect(Math.min(...tenths)).toBeGreaterThan(1_800)
    expect(Math.max(...tenths)).toBeLessThan(2_200)
  })
})

describe('randomSeed', () => {
  it('is a whole number of up to 53 bits', () => {
    const seeds = Array.from({ length: 1_000 }, randomSeed)

    expect(seeds.every(Number.isSafeInteger)).toBe(true)
    expect(Math.max(...seeds)).toBeGreaterThan(2 ** 50)
    expect(new Set(seeds).size).toBe(1_000)
  })
})
