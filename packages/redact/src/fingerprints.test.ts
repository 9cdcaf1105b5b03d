import { encode, fingerprint } from '@retake/format'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedactor } from './redact.ts'

describe('the fingerprint of a redacted request', () => {
  it('is that of the request, however often it was redacted', () => {
    const redactor = createRedactor({ pii: ['email'] })
    const word = fc.constantFrom(
      'api_key=',
      'sk-abcdefghij1234567890',
      ' ',
      '&',
      'ann@example.com',
      '«secret:3»',
      'x',
    )
    const text = fc.array(word).map((words) => words.join(''))

    fc.assert(
      fc.property(fc.dictionary(fc.string(), text), (value) => {
        const once = redactor.value(encode(value)).value
        expect(fingerprint(redactor.value(once).value)).toBe(fingerprint(once))
      }),
    )
  })

  it('does not depend on where in a request a secret comes first', () => {
    const redactor = createRedactor()
    const keys = { one: 'sk-abcdefghij1234567890', other: 'sk-zyxwvutsrq0987654321' }
    const turned = { other: keys.other, one: keys.one }

    expect(fingerprint(redactor.value(turned).value)).toBe(fingerprint(redactor.value(keys).value))
  })
})
