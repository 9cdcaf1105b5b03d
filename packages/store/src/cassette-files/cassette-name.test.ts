import { expect, it } from 'vitest'
import { fitCassetteName } from './cassette-name.ts'

it.each([
  ['a', 'a'.repeat(200), 200],
  ['é', 'é'.repeat(100), 200],
  ['字', '字'.repeat(66), 198],
  ['𠮷', '𠮷'.repeat(50), 200],
])('cuts in bytes, and between characters: %s', (character, expected, bytes) => {
  const fitting = fitCassetteName(character.repeat(250))

  expect(fitting).toBe(expected)
  expect(Buffer.byteLength(fitting)).toBe(bytes)
  expect(fitCassetteName(fitting)).toBe(fitting)
})
