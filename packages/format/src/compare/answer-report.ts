import type { Encoded, EventRecord, VirtualKind } from '../event.ts'
import { fromBase64 } from '../bytes.ts'
import { isEncodedObject, tagOf, textOf } from '../codec/tags.ts'
import { sha256 } from '../hash.ts'
import { madeAnew, type SessionTimes, type ValueKind } from './made-anew.ts'
import type { Comparison, ValueDifference } from './compare-values.ts'
import { formatPlace } from './place-pattern.ts'
import type { Difference } from './similarity.ts'

/** One place at which an answer differs from the recorded one. */
export interface AnswerDifference extends Difference {
  /** What an instance with `virtualize: [<this>]` would give the code again. */
  readonly madeAnew?: ValueKind
}

/** A part of an answer that could not be compared. */
export interface NotCompared {
  /** Such as `body`. */
  readonly path: string
  readonly why: string
}

/** How the answer of a replay compares with the recorded one. */
export interface ReportedAnswer {
  /** The first places that differ. Paths begin with `body`, `status`, `content-type`, `location` or `result`. */
  readonly differences: readonly AnswerDifference[]
  /** What one side does not hold: as far as is known it may differ. */
  readonly notCompared: readonly NotCompared[]
  /** Places at which redaction has removed something on both sides, which is equal as far as is on record. */
  readonly redacted: readonly string[]
  /**
   * Where it differs: the tools and other functions of the app that were served. Their code did not run, so that what it
   * does to the app besides answering is missing.
   */
  readonly served: readonly ServedFunction[]
}

/** A function of the app whose calls were served. */
export type ServedFunction = Pick<EventRecord, 'kind' | 'name'>

const MAX_TEXT = 400
// What stands before the place at which two long texts part.
const LEAD = 40

/** What a comparison has found, as text. */
export function foundBy({
  differences,
  notCompared,
}: Comparison): Pick<ReportedAnswer, 'differences' | 'notCompared'> {
  return {
    differences: differences.map(toDifference),
    notCompared: notCompared.map(({ path, why }) => ({ path: formatPlace(path), why })),
  }
}

/**
 * What a comparison has found, as it is reported.
 *
 * @param virtual what was virtual when the session was recorded, which is given again already.
 */
export function reportedAnswer(
  comparison: Comparison,
  about: {
    readonly times: SessionTimes
    readonly virtual: readonly VirtualKind[]
    readonly served: readonly ServedFunction[]
  },
): ReportedAnswer {
  const { differences, redacted } = comparison
  return {
    ...foundBy(comparison),
    differences: differences.map((found) => {
      const kind = madeAnew(found.recorded, found.now, about.times)
      const isHint = kind !== undefined && !about.virtual.includes(kind)
      return { ...toDifference(found), ...(isHint && { madeAnew: kind }) }
    }),
    redacted: redacted.map(formatPlace),
    served: differences.length > 0 ? about.served : [],
  }
}

function toDifference({ path, recorded, now }: ValueDifference): Difference {
  const [one, other] = [toText(recorded), toText(now)]
  const from = startOf(one ?? '', other ?? '')
  return { path: formatPlace(path), recorded: clip(one, from), now: clip(other, from) }
}

function toText(value: Encoded | undefined): string | undefined {
  if (value === undefined) return undefined
  return bytesText(value) ?? JSON.stringify(value)
}

// Nobody reads base64, and to say that it differs takes a hash.
function bytesText(value: Encoded): string | undefined {
  if (!isEncodedObject(value) || tagOf(value) !== 'bytes') return undefined
  const bytes = fromBase64(textOf(value.v))
  return `${bytes.byteLength} bytes, SHA-256 ${sha256(bytes).slice(0, 16)}`
}

function startOf(one: string, other: string): number {
  if (one.length <= MAX_TEXT && other.length <= MAX_TEXT) return 0
  let same = 0
  while (same < one.length && one[same] === other[same]) same++
  return Math.max(0, same - LEAD)
}

function clip(text: string | undefined, from: number): string | undefined {
  if (text === undefined) return undefined
  const part = text.slice(from, from + MAX_TEXT)
  return `${from > 0 ? '…' : ''}${part}${from + MAX_TEXT < text.length ? '…' : ''}`
}
