import { isEncodedList, isEncodedObject, MAX_ENCODED_DEPTH, tagOf, textOf } from './tags.ts'
import type { Encoded, Outcome } from '../event.ts'

/** The way to a part of a value. */
export type Path = readonly (string | number)[]

/**
 * Why a value is not whole: the reason of the first part that was withheld.
 *
 * The properties of errors do not count. An error is known by its class, name, message and status,
 * and SDKs hang functions and sockets on theirs.
 */
export function withheldReason(value: Encoded): string | undefined {
  let first: string | undefined
  eachWithheld(value, (_path, reason) => {
    first ??= reason
  })
  return first
}

// What a request holds besides data, and what no answer depends on.
const NO_DATA: ReadonlySet<string> = new Set(['function', 'symbol', 'AbortSignal'])

/**
 * Why a request cannot be told from others: its first part that was withheld although it is data.
 * Two such requests look the same, so that neither may be given the answer of the other.
 */
export function requestDoubt(request: Encoded): string | undefined {
  let first: string | undefined
  eachWithheld(request, (path, reason) => {
    if (!NO_DATA.has(reason)) first ??= describeWithheld(path, 'its request', reason)
  })
  return first
}

/** Why an outcome is not whole: its first part that was withheld. */
export function outcomeDoubt({ value, error, stream }: Outcome): string | undefined {
  let first: string | undefined
  for (const part of [value, error, stream?.parts, stream?.error]) {
    if (part === undefined) continue
    eachWithheld(part, (path, reason) => {
      first ??= describeWithheld(path, 'its value', reason)
    })
  }
  return first
}

/** Says which part of a call is not stored, and why. */
export function describeWithheld(path: string, whole: string, reason: string): string {
  const part = path === '' ? whole : `${path} of ${whole}`
  return `${part} could not be stored (${reason})`
}

/** Visits every part that was withheld. */
export function eachWithheld(value: Encoded, visit: (path: string, reason: string) => void): void {
  const path: (string | number)[] = []

  function walk(part: Encoded, isEscaped = false): void {
    if (path.length > MAX_ENCODED_DEPTH) return visit(formatPath(path), 'nested too deeply')
    if (isEncodedList(part)) return part.forEach((item, index) => step(item, index))
    if (!isEncodedObject(part)) return
    const tag = isEscaped ? undefined : tagOf(part)
    if (tag === 'withheld') return visit(formatPath(path), textOf(part.why))
    if (tag === 'object') return walk(part.v ?? null, true)
    for (const key of Object.keys(part))
      if (tag !== 'error' || key !== 'props') step(part[key] ?? null, key)
  }

  function step(part: Encoded, key: string | number): void {
    path.push(key)
    walk(part)
    path.pop()
  }

  walk(value)
}

/** Writes a path as `messages[1].content`. */
export function formatPath(path: Path): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .replace(/^\./, '')
}
