import { formatError, type FormatName } from './format-error.ts'

/** Longest text that is read, in UTF-16 code units. */
const MAX_CHARS = 2 ** 28
/** Deepest nesting of a text that is read. */
const MAX_DEPTH = 500

/** Parses the JSON of another tool, which may say anything. */
export function parseJson(text: string, format: FormatName): unknown {
  checkSize(text, format)
  let value: unknown
  try {
    // Some editors write a mark of the byte order.
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    throw formatError(format, '', 'is not valid JSON')
  }
  checkDepth(value, format)
  return value
}

/** Refuses a text that is too long to be read. */
export function checkSize(text: string, format: FormatName): void {
  if (text.length > MAX_CHARS) {
    throw formatError(format, '', `is longer than ${MAX_CHARS} characters`)
  }
}

/** Refuses a value that is nested too deeply to be walked through. */
export function checkDepth(value: unknown, format: FormatName): void {
  if (isDeeper(value, MAX_DEPTH)) {
    throw formatError(format, '', `is nested deeper than ${MAX_DEPTH} levels`)
  }
}

/** Whether a value is nested deeper than so many levels. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some((part) => isDeeper(part, levels - 1))
}
