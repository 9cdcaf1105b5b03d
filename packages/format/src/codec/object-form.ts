import { isBuiltin } from './builtins.ts'
import { isError } from './error.ts'
import { isExactNumber } from './exact-number.ts'
import { hasPrivateFields } from './private-fields.ts'

/**
 * What is stored of an object that is no array: the object `whole`, as far as it can be stored, what its `toJSON` gives, or
 * its own `fields`.
 */
export type ObjectForm = 'whole' | 'json' | 'fields'

/** How an object is stored, for those who look into values before they are encoded. */
export function objectFormOf(value: object): ObjectForm {
  if (isError(value) || isExactNumber(value)) return 'whole'
  const name = brandOf(value)
  if (isStream(name, value) || isBuiltin(name, value)) return 'whole'
  if (hasToJson(value)) return 'json'
  return isOpaque(name, value) || hasPrivateFields(Object.getPrototypeOf(value))
    ? 'whole'
    : 'fields'
}

/** The name of an object in `Object.prototype.toString`. */
export function brandOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1)
}

/** Whether an object says itself what is to be stored of it. */
export function hasToJson(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function'
}

/** Whether it is an object of the platform that shows nothing of what it holds. */
export function isOpaque(name: string, value: object): boolean {
  return name !== 'Object' && Object.keys(value).length === 0
}

const WEB_STREAMS: ReadonlySet<string> = new Set([
  'ReadableStream',
  'WritableStream',
  'TransformStream',
])

// By their brand, since what can be listed of a stream is the same for all: those that Node makes of others show a
// `constructor`, and its own streams their buffers, which are empty as a rule.
export function isStream(name: string, value: object): boolean {
  if (WEB_STREAMS.has(name)) return true
  return (
    'pipe' in value &&
    typeof value.pipe === 'function' &&
    ('_readableState' in value || '_writableState' in value)
  )
}
