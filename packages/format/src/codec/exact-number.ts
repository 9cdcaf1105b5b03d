/**
 * A number of a JSON text that no double equals, such as `9007199254740993`. Where two texts are told apart it counts as
 * what is written, not as the nearest double.
 */
export class ExactNumber {
  /** In one form for all ways to write it: `0.10e1` and `1` are the same. */
  readonly digits: string

  constructor(digits: string) {
    this.digits = digits
    Object.defineProperty(this, MARK, { value: true })
  }

  /** Writes it as it is where the runtime can, else as the nearest double. */
  toJSON(): unknown {
    const { rawJSON } = JSON as { readonly rawJSON?: (text: string) => unknown }
    return rawJSON === undefined ? Number(this.digits) : rawJSON(this.digits)
  }

  toString(): string {
    return this.digits
  }
}

// By a mark, since an app may load two copies of this package.
const MARK = Symbol.for('retake.exact-number.v1')

/** Whether a value is one, of whichever copy of this package. */
export function isExactNumber(value: object): value is ExactNumber {
  return MARK in value
}

/** Whether a text is that of an exact number. */
export function isExactDigits(text: string): boolean {
  return text.length <= MAX_DIGITS && normalDigits(text) === text && isInexact(text)
}

// Only what has that many digits, or a long exponent, can be no double. Where a number may stand, so that the identifiers
// within strings are hardly ever looked at.
const SUSPICIOUS = /(?:^|[[:,\s])-?(?:[\d.]{16}|[\d.]+[eE][+-]?\d\d)/
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/
const MAX_DIGITS = 10_000
// More zeros than that are written as an exponent.
const MAX_ZEROS = 30

/** Like `JSON.parse`, but numbers that no double equals are kept as `ExactNumber`. */
export function parseExactJson(text: string): unknown {
  if (!SUSPICIOUS.test(text)) return JSON.parse(text)
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' ? exactOf(value, context?.source) : value,
  )
}

/** Whether the text of some JSON holds a number that no double equals, or may hold one as far as the runtime can tell. */
export function hasInexactNumber(text: string): boolean {
  if (!SUSPICIOUS.test(text)) return false
  let found = false
  JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value === 'number')
      found ||= context?.source === undefined || isInexact(context.source)
    return value
  })
  return found
}

function exactOf(value: number, source: string | undefined): unknown {
  if (source === undefined || !isInexact(source)) return value
  return source.length > MAX_DIGITS ? source : new ExactNumber(normalDigits(source))
}

function isInexact(source: string): boolean {
  const value = Number(source)
  return !Number.isFinite(value) || normalDigits(source) !== normalDigits(String(value))
}

function normalDigits(source: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(source) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const kept = digits.replace(/0+$/, '')
  if (kept === '') return '0'
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - kept.length)
  return sign + withPower(kept, power)
}

function withPower(digits: string, power: bigint): string {
  if (power >= 0n && power <= MAX_ZEROS) return digits + '0'.repeat(Number(power))
  const point = BigInt(digits.length) + power
  if (power > MAX_ZEROS || point < -MAX_ZEROS) return `${digits}e${power}`
  if (point > 0n) return `${digits.slice(0, Number(point))}.${digits.slice(Number(point))}`
  return `0.${'0'.repeat(Number(-point))}${digits}`
}
