import { expect, it } from 'vitest'
import { delay } from '../runtime/clock.ts'
import { noteMoment, roundsSince } from './rounds.ts'

it('counts the rounds of the microtask queue since a moment', async () => {
  const first = noteMoment()
  expect(roundsSince(first)).toBe(0)
  await Promise.resolve()
  await Promise.resolve()
  const second = noteMoment()
  await Promise.resolve()

  expect([roundsSince(first), roundsSince(second)]).toEqual([3, 1])
})

it('gives no number for a moment of another turn, or too long ago', async () => {
  const first = noteMoment()
  await delay(0)
  expect(roundsSince(first)).toBeUndefined()

  const second = noteMoment()
  for (let round = 0; round < 100; round++) await Promise.resolve()
  expect(roundsSince(second)).toBeUndefined()
})

it('goes on counting for a moment that is noted later', async () => {
  const first = noteMoment()
  for (let round = 0; round < 10; round++) await Promise.resolve()
  noteMoment()
  for (let round = 0; round < 10; round++) await Promise.resolve()

  expect(roundsSince(first)).toBe(20)
})
