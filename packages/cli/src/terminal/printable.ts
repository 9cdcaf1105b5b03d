/** A text that cannot steer a terminal: names of files and fields come from outside. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '?')
}

// Whatever may move the cursor, colour, or turn the direction of what follows. Lines may be broken.
const STEERING = /(?![\n\t])[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu

/** A text of several lines that cannot steer a terminal. */
export function printableText(text: string): string {
  return text.replaceAll(STEERING, '\uFFFD')
}

/** A value whose texts cannot steer a terminal: what was recorded may hold anything. Texts keep their lines. */
export function printableValue<Value>(value: Value): Value {
  return toPrintable(value) as Value
}

function toPrintable(value: unknown): unknown {
  if (typeof value === 'string') return printableText(value)
  if (Array.isArray(value)) return value.map(toPrintable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [printable(name), toPrintable(inner)]),
  )
}
