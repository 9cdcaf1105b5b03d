import { isMessage, isPlain } from './pack.ts'

/** Stands for a message that is known already, by its number or its place in the state of the graph. */
export const SAME = '$same'

/** What stands for a message: `now` holds it, where it is new or has changed. */
export interface Mark {
  readonly [SAME]: number | string
  readonly now?: object
}

type Change = (message: object) => object

/**
 * A copy of what a callback was given, in which messages are changed. What cannot be stored, such as signals and functions,
 * is left out.
 */
export function copyWithMarks(
  value: unknown,
  change: Change,
  above: readonly object[] = [],
): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (above.includes(value) || value instanceof AbortSignal) return undefined
  if (isMessage(value)) return change(value)
  const inside = [...above, value]
  if (Array.isArray(value)) return value.map((item) => copyWithMarks(item, change, inside))
  if (isWhole(value)) return value
  const fields = Object.entries(value)
    .filter(([, field]) => typeof field !== 'function')
    .map(([key, field]) => [key, copyWithMarks(field, change, inside)])
  // A generation keeps its class, all else that has one becomes plain.
  return Object.assign(blankOf(value), Object.fromEntries(fields)) as unknown
}

/** Puts messages in the place of their marks. */
export function resolveMarks(value: unknown, resolve: (mark: Mark) => unknown): unknown {
  if (typeof value !== 'object' || value === null || isMessage(value)) return value
  if (SAME in value) return resolve(value as unknown as Mark)
  if (Array.isArray(value)) return value.map((item) => resolveMarks(item, resolve))
  if (!isPlain(value) && !isGeneration(value)) return value
  const fields = Object.entries(value).map(([key, field]) => [key, resolveMarks(field, resolve)])
  return Object.assign(isPlain(value) ? {} : value, Object.fromEntries(fields)) as unknown
}

/** Changes all texts of plain data, keys too. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change))
  if (!isPlain(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [change(key), mapTexts(field, change)]),
  )
}

function isWhole(value: object): boolean {
  return (
    'lg_name' in value ||
    value instanceof Error ||
    value instanceof Date ||
    value instanceof Map ||
    value instanceof Set ||
    ArrayBuffer.isView(value)
  )
}

function isGeneration(value: object): boolean {
  return 'generationInfo' in value
}

function blankOf(value: object): object {
  return Object.create(
    isGeneration(value) ? (Object.getPrototypeOf(value) as object) : Object.prototype,
  ) as object
}
