import type { CaptureLevel, EndState, Totals } from './event.ts'
import { isObject } from './journal/bounded-json.ts'
import {
  amount,
  type Check,
  count,
  type Fields,
  listOf,
  oneOf,
  optional,
  shape,
  text,
  time,
} from './journal/checks.ts'
import { totals } from './journal/validate.ts'

/**
 * What a list of sessions shows, and is filtered by. Long texts are clipped: all of them are in the session.
 */
export interface SessionSummary {
  readonly id: string
  readonly name?: string
  readonly agent?: string
  /** Clipped. */
  readonly goal?: string
  readonly tags?: readonly string[]
  readonly service?: string
  readonly capture: CaptureLevel
  /** The request that made the session. The URL is clipped. */
  readonly request?: { readonly method: string; readonly url: string }
  /**
   * The beginning of what came in: the body of the request that made the session, else what its first call was
   * asked. JSON where it is no text. As it is stored, so redacted.
   */
  readonly input?: string
  readonly startedAt: string
  /** Absent while the session runs, and when its process died. */
  readonly endedAt?: string
  /** From start to end. */
  readonly durationMs?: number
  /** `indeterminate` also when the session has no end. */
  readonly endState: EndState
  /** Clipped. */
  readonly endReason?: string
  readonly expiresAt?: string
  /** Set on a fork. */
  readonly parent?: { readonly session: string; readonly forkAt?: number }
  /** Set on a replay. */
  readonly replayOf?: string
  /** How a replay went, once it has ended: `ok`, or what to look at, such as `differs, drift=1`. Clipped. */
  readonly replayStatus?: string
  /** Absent like `endedAt`. */
  readonly totals?: Totals
  /** Calls that were made after the session was over. Absent where there were none. */
  readonly late?: number
}

const TEXTS = 'id name agent goal service input endReason replayOf replayStatus'.split(' ')
const TIMES = 'startedAt endedAt expiresAt'.split(' ')
const others: Fields = {
  ...optional(listOf(text), 'tags'),
  capture: oneOf('full redacted metadata off'),
  ...optional(shape({ method: text, url: text }), 'request'),
  ...optional(amount, 'durationMs'),
  endState: oneOf('success failure indeterminate'),
  ...optional(shape({ session: text, ...optional(count, 'forkAt') }), 'parent'),
  ...optional(totals, 'totals'),
  ...optional(count, 'late'),
}
const NAMES: ReadonlySet<string> = new Set([...TEXTS, ...TIMES, ...Object.keys(others)])
const othersFault: Check = shape(others)

/** Whether a value, which may be from anywhere, is the summary of a session as this version writes it: no more, no less. */
export function isSummary(value: unknown): value is SessionSummary {
  if (!isObject(value) || value.id === undefined || value.startedAt === undefined) return false
  // Most of it is texts, and there are thousands of summaries.
  for (const name in value) if (!NAMES.has(name)) return false
  for (const name of TEXTS) if (value[name] !== undefined && text(value[name])) return false
  // An index that was written before replays told how they went is read anew.
  const { replayOf, endedAt, replayStatus } = value
  if (replayOf !== undefined && endedAt !== undefined && replayStatus === undefined) return false
  for (const name of TIMES) if (value[name] !== undefined && time(value[name])) return false
  return othersFault(value) === undefined
}
