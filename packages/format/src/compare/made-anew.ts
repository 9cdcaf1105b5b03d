import type { Encoded, VirtualKind } from '../event.ts'
import { isEncodedObject, tagOf } from '../codec/tags.ts'

/** What is virtual of the values that code makes anew. */
export type ValueKind = Exclude<VirtualKind, 'timers'>

/** When the two sessions started, in milliseconds since the epoch. */
export interface SessionTimes {
  readonly recordedMs: number
  readonly nowMs: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MINUTE_MS = 60_000
const UUID = /(?<![0-9a-f-])[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b/gi
const ISO_DATE =
  /\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?/g
const EPOCH = /(?<![\d.])1\d{9}(?:\d{3})?(?![\d.])/g
const FRACTION = /(?<![\d.])0\.\d{6,}(?!\d)/g

/**
 * What two values that differ look like where the app makes them anew each time: both UUIDs, both dates that stand to
 * their session's start as each other, both fractions as `Math.random` gives them. The text around them has to be the same.
 *
 * @returns `undefined` where more than that differs.
 */
export function madeAnew(
  recorded: Encoded | undefined,
  now: Encoded | undefined,
  times: SessionTimes,
): ValueKind | undefined {
  const [one, other] = [textOf(recorded), textOf(now)]
  if (one === undefined || other === undefined || one === other) return undefined
  if (areFractions(recorded, now)) return 'random'
  if (swapped(one, other, UUID)) return 'uuid'
  if (swapped(one, other, FRACTION)) return 'random'
  const pairs = swapped(one, other, ISO_DATE) ?? swapped(one, other, EPOCH) ?? [[one, other]]
  return areDates(pairs, times) ? 'date' : undefined
}

function textOf(value: Encoded | undefined): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (!isEncodedObject(value) || tagOf(value) !== 'date') return undefined
  return typeof value.v === 'string' ? value.v : undefined
}

function areFractions(recorded: Encoded | undefined, now: Encoded | undefined): boolean {
  return [recorded, now].every(
    (value) => typeof value === 'number' && value > 0 && value < 1 && String(value).length > 8,
  )
}

type Pair = readonly [recorded: string, now: string]

// What matches a pattern in two texts that are the same otherwise.
function swapped(one: string, other: string, pattern: RegExp): readonly Pair[] | undefined {
  const [left, right] = [one.match(pattern) ?? [], other.match(pattern) ?? []]
  if (left.length === 0 || left.length !== right.length) return undefined
  if (one.replace(pattern, '') !== other.replace(pattern, '')) return undefined
  return left.map((text, index) => [text, right[index] ?? ''])
}

function areDates(pairs: readonly Pair[], { recordedMs, nowMs }: SessionTimes): boolean {
  const changed = pairs.filter(([one, other]) => one !== other)
  return (
    changed.length > 0 &&
    changed.every(([one, other]) => {
      const [before, after] = [millisecondsOf(one) - recordedMs, millisecondsOf(other) - nowMs]
      const isDay = one.length <= 'YYYY-MM-DD'.length && !/^\d{10}$/.test(one)
      const near = isDay ? DAY_MS : HOUR_MS
      const isNear = Math.abs(before) <= near && Math.abs(after) <= near
      // Such as the time at which something is to expire.
      return isNear || Math.abs(after - before) <= (isDay ? DAY_MS : MINUTE_MS)
    })
  )
}

/** Milliseconds since the epoch; `NaN` for what is no date. */
function millisecondsOf(text: string): number {
  if (/^\d{13}$/.test(text)) return Number(text)
  if (/^\d{10}$/.test(text)) return Number(text) * 1_000
  // Any short text with a number in it is a date to `Date.parse`.
  return /\d{4}|\d{1,2}:\d{2}/.test(text) && text.length >= 8 ? Date.parse(text) : Number.NaN
}
