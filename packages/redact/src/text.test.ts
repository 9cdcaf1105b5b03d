import { describe, expect, it } from 'vitest'
import { createRedactor } from './redact.ts'
import { SECRETS } from '../test/secrets.ts'

describe('credentials', () => {
  it('are found in the names of fields, however often a name has come', () => {
    const redactor = createRedactor()
    const value = { [`key ${SECRETS.openai}`]: 1, 'key «secret:7»': 2, 'plain name': 3 }

    const found = [1, 2].map(() => redactor.value(value).value)

    const expected = { 'key «secret:1»': 1, 'key «secret:2»': 2, 'plain name': 3 }
    expect(found).toEqual([expected, expected])
  })

  it('are found in names and keys, which are redacted one by one', () => {
    const { name } = createRedactor()

    const keyed = `key ${SECRETS.openai} and ${SECRETS.github}`
    expect([1, 2].map(() => name(keyed))).toEqual(Array(2).fill('key «secret:1» and «secret:2»'))
    expect(name('openai/gpt-5')).toBe('openai/gpt-5')
  })
})
