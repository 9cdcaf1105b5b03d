import { fingerprint } from '../codec/fingerprint.ts'
import type { Encoded, EventRecord, Outcome } from '../event.ts'
import { spansBesideDone } from './tick-spans.ts'
import { checkHead, peekRequest, readOutcome, readRequest, type UnreadText } from './unread-text.ts'

// Shared by all copies of this package: an adapter may serve what the app's own copy has loaded. JSON has none.
/** @see RecordedEvent */
export const REQUEST: unique symbol = Symbol.for('retake.request.v1')
/** @see RecordedEvent */
export const OUTCOME: unique symbol = Symbol.for('retake.outcome.v1')

/**
 * An event as it lies in a journal. What it was asked and what it gave may still be text: look at them by
 * `requestOf` and `outcomeOf`.
 */
export interface RecordedEvent extends Omit<EventRecord, 'request' | 'outcome'> {
  readonly [REQUEST]?: UnreadText | undefined
  readonly [OUTCOME]?: UnreadText | undefined
}

/** @throws {ReplayInvalidSessionError} when it is corrupt. */
export function requestOf(event: RecordedEvent): Encoded | undefined {
  return event[REQUEST] ? readRequest(event[REQUEST]) : (event as EventRecord).request
}

/** @throws {ReplayInvalidSessionError} when it is corrupt. */
export function outcomeOf(event: RecordedEvent): Outcome | undefined {
  return event[OUTCOME] ? readOutcome(event[OUTCOME]) : (event as EventRecord).outcome
}

/** The request of an event as JSON, as it was written. Reads nothing. */
export function requestText(event: RecordedEvent): string {
  return event[REQUEST]?.text ?? JSON.stringify((event as EventRecord).request ?? null)
}

/**
 * The fingerprint of a call, which few logs hold: it can be worked out of the request as long as that is there.
 *
 * @throws {ReplayInvalidSessionError} when the request is corrupt.
 * @see docs/decisions/0041-fingerprints-when-asked-for.md
 */
export function fingerprintOf(event: RecordedEvent): string {
  const { fp = '', [REQUEST]: unread } = event
  if (fp !== '') return fp
  return fingerprint((unread ? peekRequest(unread) : (event as EventRecord).request) ?? null)
}

/**
 * Checks all of an event but its request, before it is served.
 *
 * @throws {ReplayInvalidSessionError} when it is corrupt.
 */
export function checkEvent(event: RecordedEvent): void {
  const unread = event[OUTCOME] ?? event[REQUEST]
  if (unread) checkHead(event, unread)
  outcomeOf(event)
}

/** Lets go of an outcome that has been handed out, since nobody will ask for it again. */
export function forgetOutcome(event: RecordedEvent): void {
  if (event[OUTCOME]) event[OUTCOME].value = undefined
}

/** Whether an event has an outcome. Reads nothing. */
export function hasOutcome(event: RecordedEvent): boolean {
  return event[OUTCOME] !== undefined || (event as EventRecord).outcome !== undefined
}

/** Visits the ticks by which the outcome of an event is handed out. Reads nothing. */
export function eachSpan(
  event: RecordedEvent,
  visit: (first: number, count: number) => void,
): void {
  const { outcome } = event as EventRecord
  const spans = event[OUTCOME] ? event[OUTCOME].spans : outcome && spansBesideDone(outcome)
  if (spans) for (const [first, count] of spans) visit(first, count)
  else if (hasOutcome(event) && event.done !== undefined) visit(event.done, 1)
}

/** Whether a part of an event is still text. */
function isUnread(event: RecordedEvent): boolean {
  return event[REQUEST] !== undefined || event[OUTCOME] !== undefined
}

/** Whether an event says all there is to it: nothing of it is still text, and its fingerprint is there. */
export function isWhole(event: RecordedEvent): boolean {
  return !isUnread(event) && event.fp !== ''
}

/** One event out of two records of it. What the later one says counts. */
export function mergeRecords(started: RecordedEvent, record: RecordedEvent): RecordedEvent {
  const merged = { ...started, ...record }
  if (!isUnread(merged)) return merged
  return {
    ...merged,
    [REQUEST]: 'request' in record ? undefined : merged[REQUEST],
    [OUTCOME]: 'outcome' in record ? undefined : merged[OUTCOME],
  }
}

/**
 * An event as plain data.
 *
 * @throws {ReplayInvalidSessionError} when it is corrupt.
 */
export function wholeEvent(event: RecordedEvent): EventRecord {
  if (isWhole(event)) return event
  checkEvent(event)
  const request = requestOf(event)
  const outcome = outcomeOf(event)
  const { [REQUEST]: _request, [OUTCOME]: _outcome, ...head } = event
  // A replay does not write the requests of what it served.
  const isOpen = head.fp === '' && (head.served === undefined || request !== undefined)
  return {
    ...head,
    ...(isOpen && { fp: fingerprintOf(event) }),
    ...(request !== undefined && { request }),
    ...(outcome !== undefined && { outcome }),
  }
}
