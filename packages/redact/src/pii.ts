import type { Rule } from './rules.ts'

/** Personal data that is removed where it is asked for. */
export type PiiKind = 'email' | 'phone' | 'card'

const MAILBOX = '[A-Za-z0-9._%+-]'

/** The rules for personal data. Numbers that are not in a text are left alone. */
export const PII_RULES: Readonly<Record<PiiKind, Rule>> = {
  email: {
    name: 'email',
    kind: 'email',
    hint: /@/,
    pattern: new RegExp(
      `(?<!${MAILBOX})${MAILBOX}{1,64}@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){1,8}`,
      'dg',
    ),
  },
  phone: {
    name: 'phone',
    kind: 'phone',
    hint: /\d[\d\s()./-]{6}/,
    pattern: /(?<![\w.+-]|\d:)(?:\+\d|\(\d{2,4}\)|0\d|\d{3}[-. ])[\d ()./-]{5,18}\d(?![\w-])/dg,
    accept: isPhone,
  },
  card: {
    name: 'card',
    kind: 'card',
    hint: /\d(?:[ -]?\d){12}/,
    pattern: /(?<![\w./-])[2-6](?:[ -]?\d){12,18}(?![\w-])/dg,
    accept: hasCheckDigit,
  },
}

// Dates and addresses of networks look like phone numbers.
function isPhone(value: string): boolean {
  const { length } = value.replaceAll(/\D/g, '')
  return length >= 8 && length <= 15 && !/^\d+(?:\.\d+){3}$|\d{4}-\d\d-\d\d/.test(value)
}

// The last digit of a card number follows from the others (ISO/IEC 7812).
function hasCheckDigit(value: string): boolean {
  let sum = 0
  for (const [place, digit] of value.replaceAll(/\D/g, '').split('').toReversed().entries()) {
    const amount = Number(digit) * (place % 2 === 0 ? 1 : 2)
    sum += amount > 9 ? amount - 9 : amount
  }
  return sum % 10 === 0
}
