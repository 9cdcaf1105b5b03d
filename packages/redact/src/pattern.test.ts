import { describe, expect, it } from 'vitest'
import { createRedactor } from './redact.ts'
import { text } from '../test/redact.ts'

describe('rules of the user', () => {
  it('remove what a pattern finds', () => {
    const patterns = [/case-\d+/i, /(?<=customer )\w+/]

    expect(text('Case-12 of customer Ann, case-12', { patterns })).toBe(
      '«value:1» of customer «value:2», «value:3»',
    )
  })

  it.each([/(a+)+$/, /(\w*\s?)*x/, /((ab)+c)*/, /(?:a{2,}){3}/, /(?<name>a+){2,}/])(
    'refuse the pattern %s',
    (pattern) => {
      expect(() => createRedactor({ patterns: [pattern] })).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID' }),
      )
    },
  )

  it.each([/a+b+/, /(?:\d{1,3}\.){3}/, /(a+)?/, /[(+*)]+/, /\(+\)+/, /(?:foo|bar)+/])(
    'accept the pattern %s',
    (pattern) => {
      expect(() => createRedactor({ patterns: [pattern] })).not.toThrow()
    },
  )
})
