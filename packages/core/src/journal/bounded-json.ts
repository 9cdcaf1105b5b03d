/** How much of a text from outside is looked at. */
export interface JsonLimits {
  /** Longest text, in UTF-16 code units. */
  readonly maxChars: number
  /** Deepest nesting of arrays and objects. */
  readonly maxDepth: number
}

/** Why a text is not read: too long, nested too deeply, or not JSON. */
export type JsonFault = 'size' | 'depth' | 'json'

/** Well below the depth of about 10,000 at which `JSON.stringify` and any recursion overflow. */
export const MAX_JSON_DEPTH = 500

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/**
 * Parses JSON from outside.
 *
 * Depth is counted on the text, because `JSON.parse` accepts a million levels, and whatever walks
 * over such a value afterwards overflows the stack.
 */
export function parseJson(
  text: string,
  limits: JsonLimits,
): { readonly value: unknown } | { readonly fault: JsonFault } {
  const fault = boundsFault(text, limits)
  if (fault !== undefined) return { fault }
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return { fault: 'json' }
  }
}

/** Whether a text is too long or too deep to be read back. */
export function boundsFault(
  text: string,
  { maxChars, maxDepth }: JsonLimits,
): JsonFault | undefined {
  if (text.length > maxChars) return 'size'
  // A level takes two characters.
  return text.length > 2 * maxDepth && isDeeper(text, maxDepth) ? 'depth' : undefined
}

/** Finishes the sentence "It …". Repeats nothing of the text. */
export function describeFault(fault: JsonFault, { maxChars, maxDepth }: JsonLimits): string {
  if (fault === 'size') return `is longer than ${maxChars} characters`
  return fault === 'depth' ? `is nested deeper than ${maxDepth} levels` : 'is not valid JSON'
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

function isDeeper(text: string, maxDepth: number): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (code === OPEN_ARRAY || code === OPEN_OBJECT) depth++
    else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) depth--
    if (depth > maxDepth) return true
  }
  return false
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
