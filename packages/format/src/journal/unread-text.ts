import type { Encoded, Outcome } from '../event.ts'
import { describeFault, type JsonLimits, parseJson } from './bounded-json.ts'
import { invalidSession, type JournalPlace } from './journal-error.ts'
import { spansBesideDone, type TickSpan } from './tick-spans.ts'
import { outcomeFault, recordFault } from './validate.ts'

/** The journal that a text is from. */
export interface JournalSource {
  readonly place: JournalPlace
  /** Of one record. */
  readonly limits: JsonLimits
  /** Shared by all journals of a session. */
  readonly budget: Budget
}

/** How much what a session holds may become. */
export interface Budget {
  /** Values left; infinite when the text is too short to hold too many. */
  maxValues: number
}

/** The limits of one record, within what is left of a budget. */
export function boundedBy(limits: JsonLimits, { maxValues }: Budget): JsonLimits {
  return limits.maxValues === maxValues ? limits : { ...limits, maxValues }
}

/** JSON of a journal that nobody has looked at yet. */
export interface UnreadText {
  readonly text: string
  /** What it says; `undefined` when it is not read, or read and forgotten. */
  value: unknown
  readonly source: JournalSource
  /** From 1. */
  readonly line: number
  /** What the line says of the ticks by which an outcome is handed out. */
  readonly spans: readonly TickSpan[] | undefined
}

/**
 * Checks what a line says beside its content.
 *
 * @throws {ReplayInvalidSessionError} when a field is not what it must be.
 */
export function checkHead(head: unknown, { source, line }: UnreadText): void {
  const fault = recordFault(head)
  if (fault === undefined) return
  throw invalidSession({ ...source.place, line }, 'record', `is not a record: ${fault}`)
}

/** @throws {ReplayInvalidSessionError} when it is corrupt. */
export function readRequest(unread: UnreadText): Encoded {
  return read(unread, () => undefined) as Encoded
}

/**
 * Reads a request without keeping it, for there may be thousands that are only looked at once.
 *
 * @throws {ReplayInvalidSessionError} when it is corrupt.
 */
export function peekRequest(unread: UnreadText): Encoded {
  if (unread.value !== undefined) return unread.value as Encoded
  const { budget } = unread.source
  const { maxValues } = budget
  const request = readRequest(unread)
  unread.value = undefined
  budget.maxValues = maxValues
  return request
}

/** @throws {ReplayInvalidSessionError} when it is corrupt. */
export function readOutcome(unread: UnreadText): Outcome {
  return read(unread, faultOfOutcome) as Outcome
}

function read(
  unread: UnreadText,
  faultOf: (value: unknown, spans: UnreadText['spans']) => string | undefined,
): unknown {
  const { text, source, line, spans } = unread
  if (unread.value !== undefined) return unread.value
  const place = { ...source.place, line }
  const { limits, budget } = source
  // It stands one level below its record.
  const maxDepth = limits.maxDepth - 1
  const parsed = parseJson(text, { ...limits, maxDepth, maxValues: budget.maxValues })
  if ('fault' in parsed)
    throw invalidSession(place, parsed.fault, describeFault(parsed.fault, limits))
  const fault = faultOf(parsed.value, spans)
  if (fault !== undefined) throw invalidSession(place, 'record', `is not a record: ${fault}`)
  budget.maxValues -= parsed.values
  unread.value = parsed.value
  return unread.value
}

// The order of a replay is made by what the line says.
function faultOfOutcome(value: unknown, spans: UnreadText['spans']): string | undefined {
  const fault = outcomeFault(value)
  if (fault !== undefined) return fault
  const found = spansBesideDone(value as Outcome)
  const isSame = found === spans || JSON.stringify(found) === JSON.stringify(spans)
  return isSame ? undefined : 'its outcome is not the one that its layout tells of'
}
