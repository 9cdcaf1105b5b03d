import { describe, expect, it } from 'vitest'
import { cassetteFolder, cassetteName } from './cassette-path.ts'

describe('cassetteName', () => {
  it.each([
    [['grades an essay'], 'grades-an-essay.cassette.json'],
    [['an agent', 'v1.2_final'], 'an-agent--v1.2_final.cassette.json'],
    [['größer'], 'größer.cassette.json'],
  ])('is readable: %j', (names, expected) => {
    expect(cassetteName(names)).toBe(expected)
  })

  it.each([
    '../../etc/passwd',
    'a/b\\c',
    'what?',
    '',
    '.',
    '...',
    'nul',
    'con.txt',
    'a\0b',
    'trailing dot.',
    '👍',
    'x'.repeat(300),
    '字'.repeat(80),
    'é'.repeat(300),
    `x${'𠮷'.repeat(300)}`,
  ])('is safe for every file system: %j', (name) => {
    const made = cassetteName([name])

    expect(made).toMatch(/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*\.cassette\.json$/u)
    expect(made).not.toMatch(/^(con|nul)\./i)
    expect(Buffer.byteLength(made)).toBeLessThan(250)
    expect(made.isWellFormed()).toBe(true)
  })

  it('tells names apart that look alike in a file name', () => {
    const names = [
      ['a + b'],
      ['a - b'],
      ['a b'],
      ['a', 'b'],
      ['a--b'],
      ['a/b'],
      ['x'.repeat(90)],
      ['x'.repeat(91)],
      ['字'.repeat(80)],
      ['字'.repeat(79)],
      ['𠮷'.repeat(90)],
      ['𠮷'.repeat(91)],
    ]

    const made = names.map((chain) => cassetteName(chain))

    expect(new Set(made).size).toBe(names.length)
  })

  it('tells tests of one name apart by their order', () => {
    expect(cassetteName(['asks'], 1)).toBe('asks-2.cassette.json')
  })
})

describe('cassetteFolder', () => {
  it('is beside the test file', () => {
    expect(cassetteFolder('/app/src/agent.test.ts')).toBe('/app/src/__cassettes__/agent.test.ts')
  })
})
