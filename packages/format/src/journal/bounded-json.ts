/** How much of a text from outside is looked at. */
export interface JsonLimits {
  /** Longest text, in UTF-16 code units. */
  readonly maxChars: number
  /** Deepest nesting of arrays and objects. */
  readonly maxDepth: number
  /** Most values, arrays and objects among them: what a text becomes can be far larger than itself. */
  readonly maxValues: number
}

/** Why a text is not read: too long, nested too deeply, of too many values, or not JSON. */
export type JsonFault = 'size' | 'depth' | 'values' | 'json'

/** Well below the depth of about 10,000 at which `JSON.stringify` and any recursion overflow. */
export const MAX_JSON_DEPTH = 500

/** Takes less than a gigabyte, whatever the values are. */
export const MAX_JSON_VALUES: number = 2 ** 24

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const COMMA = 0x2c

/**
 * Parses JSON from outside.
 *
 * Values are counted on the text, before it becomes any. With an infinite `maxValues` they are not: then
 * depth is looked at afterwards, on the value, which costs a fraction.
 */
export function parseJson(
  text: string,
  limits: JsonLimits,
): { readonly value: unknown; readonly values: number } | { readonly fault: JsonFault } {
  if (text.length > limits.maxChars) return { fault: 'size' }
  const isCounted = limits.maxValues < Number.POSITIVE_INFINITY
  const values = isCounted ? measure(text, limits) : 0
  if (typeof values === 'string') return { fault: values }
  try {
    const value: unknown = JSON.parse(text)
    // A level takes two characters at least.
    const mayBeDeep = !isCounted && text.length > 2 * limits.maxDepth
    const isTooDeep = mayBeDeep && isNestedDeeper(value, limits.maxDepth)
    return isTooDeep ? { fault: 'depth' } : { value, values }
  } catch {
    // What was never closed may be nested too deeply as well.
    return { fault: boundsFault(text, limits) ?? 'json' }
  }
}

/** Whether a text is too long, too deep or of too many values to be read back. */
export function boundsFault(text: string, limits: JsonLimits): JsonFault | undefined {
  const measured = measure(text, limits)
  return typeof measured === 'string' ? measured : undefined
}

/** Finishes the sentence "It …". Repeats nothing of the text. */
export function describeFault(fault: JsonFault, limits: JsonLimits): string {
  if (fault === 'size') return `is longer than ${limits.maxChars} characters`
  if (fault === 'values') return `holds more than ${limits.maxValues} values`
  return fault === 'depth' ? `is nested deeper than ${limits.maxDepth} levels` : 'is not valid JSON'
}

/** Whether a value from JSON is an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value is nested deeper than so many levels. Costs less than looking at its text. */
export function isNestedDeeper(value: unknown, levels: number): boolean {
  return typeof value === 'object' && value !== null && isDeeperThan(value, levels)
}

// Texts and numbers are most of what there is, and cost no call.
function isDeeperThan(value: object, levels: number): boolean {
  if (levels === 0) return true
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) {
      if (typeof item === 'object' && item !== null && isDeeperThan(item, levels - 1)) return true
    }
    return false
  }
  for (const key in value) {
    const part: unknown = (value as Record<string, unknown>)[key]
    if (typeof part === 'object' && part !== null && isDeeperThan(part, levels - 1)) return true
  }
  return false
}

// The number of values, at most, or what is wrong.
function measure(text: string, { maxChars, maxDepth, maxValues }: JsonLimits): JsonFault | number {
  if (text.length > maxChars) return 'size'
  let depth = 0
  let values = 1
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (code === COMMA) values++
    else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) depth--
    else if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
      values++
      if (++depth > maxDepth) return 'depth'
    }
    if (values > maxValues) return 'values'
  }
  return values
}

// Strings make up nearly all of a recording, and `indexOf` skips them many times faster than a loop.
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

function isEscaped(text: string, at: number): boolean {
  let first = at
  while (text.charCodeAt(first - 1) === BACKSLASH) first--
  return (at - first) % 2 === 1
}
