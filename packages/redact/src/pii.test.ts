import { describe, expect, it } from 'vitest'
import type { RedactOptions } from './redact.ts'
import { text } from '../test/redact.ts'

describe('personal data', () => {
  it.each<[RedactOptions['pii'], string, string]>([
    [
      ['email'],
      'Mail ann.lee+x@mail.example.co.uk, or bob@example.com.',
      'Mail «email:1», or «email:2».',
    ],
    [['phone'], 'Call +49 170 1234567 or (030) 123-4567.', 'Call «phone:1» or «phone:2».'],
    [
      ['phone'],
      'On 2024-05-06T10:00:04.091000+00:00, order 12345678, from 192.168.100.200',
      'On 2024-05-06T10:00:04.091000+00:00, order 12345678, from 192.168.100.200',
    ],
    [
      ['card'],
      'Card 4111 1111 1111 1111, not 4111 1111 1111 1112.',
      'Card «card:1», not 4111 1111 1111 1112.',
    ],
  ])('of kind %s is removed where it is asked for', (pii, value, expected) => {
    expect(text(value, { pii })).toBe(expected)
  })
})
