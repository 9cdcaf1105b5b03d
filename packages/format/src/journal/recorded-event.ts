import { fingerprint } from '../codec/fingerprint.ts'
import type { Encoded, EventRecord, Outcome } from '../event.ts'
import { isUnread, mergeOpened, type OpenedEvent, OUTCOME, REQUEST } from './opened-event.ts'
import { LINE, type LineEvent, mergeLines, openLine, type UnopenedLine } from './own-line.ts'
import { spansBesideDone, type TickSpan } from './tick-spans.ts'
import { checkHead, peekRequest, readOutcome, readRequest } from './unread-text.ts'

/**
 * An event as it lies in a journal: what orders it. Nobody may have looked at the rest yet: do so by `opened`,
 * `requestOf` and `outcomeOf`.
 */
export interface RecordedEvent extends Pick<
  EventRecord,
  'type' | 'seq' | 'state' | 'service' | 'hop'
> {
  readonly parent?: EventRecord['parent'] | undefined
  readonly done?: EventRecord['done'] | undefined
  readonly instant?: EventRecord['instant'] | undefined
  readonly fp?: EventRecord['fp'] | undefined
  readonly [LINE]?: UnopenedLine
}

/** All that an event says but its content. */
export function opened(event: RecordedEvent): OpenedEvent {
  return event[LINE] ? openLine(event[LINE]) : (event as OpenedEvent)
}

/** @throws {ReplayInvalidSessionError} when it is corrupt. */
export function requestOf(event: RecordedEvent): Encoded | undefined {
  const open = opened(event)
  return open[REQUEST] ? readRequest(open[REQUEST]) : (open as EventRecord).request
}

/** @throws {ReplayInvalidSessionError} when it is corrupt. */
export function outcomeOf(event: RecordedEvent): Outcome | undefined {
  const open = opened(event)
  return open[OUTCOME] ? readOutcome(open[OUTCOME]) : (open as EventRecord).outcome
}

/**
 * The request of an event for who looks at it once: it is not kept.
 *
 * @throws {ReplayInvalidSessionError} when it is corrupt.
 */
export function peekRequestOf(event: RecordedEvent): Encoded | undefined {
  const open = opened(event)
  return open[REQUEST] ? peekRequest(open[REQUEST]) : (open as EventRecord).request
}

/** The request of an event as JSON, as it was written. Reads nothing. */
export function requestText(event: RecordedEvent): string {
  const open = opened(event)
  return open[REQUEST]?.text ?? JSON.stringify((open as EventRecord).request ?? null)
}

/**
 * The fingerprint of a call, which few logs hold: it can be worked out of the request as long as that is there.
 *
 * @throws {ReplayInvalidSessionError} when the request is corrupt.
 * @see docs/decisions/0041-fingerprints-when-asked-for.md
 */
export function fingerprintOf(event: RecordedEvent): string {
  const { fp = '' } = event
  return fp === '' ? fingerprint(peekRequestOf(event) ?? null) : fp
}

/**
 * Checks all of an event but its request, before it is served.
 *
 * @throws {ReplayInvalidSessionError} when it is corrupt.
 */
export function checkEvent(event: RecordedEvent): void {
  const open = opened(event)
  const unread = open[OUTCOME] ?? open[REQUEST]
  if (unread) checkHead(open, unread)
  outcomeOf(open)
}

/** Lets go of an outcome that has been handed out, since nobody will ask for it again. */
export function forgetOutcome(event: RecordedEvent): void {
  const unread = opened(event)[OUTCOME]
  if (unread) unread.value = undefined
}

/** Whether an event has an outcome. Reads nothing. */
export function hasOutcome(event: RecordedEvent): boolean {
  if (event[LINE]) return event[LINE].hasOutcome
  return (
    (event as OpenedEvent)[OUTCOME] !== undefined || (event as EventRecord).outcome !== undefined
  )
}

/** Whether `done` is known to be the tick by which an event is handed out. Reads nothing. */
export function hasOneTick({ [LINE]: line }: RecordedEvent): boolean {
  return line?.hasOutcome === true && line.spans === undefined
}

/** Visits the ticks by which the outcome of an event is handed out. Reads nothing. */
export function eachSpan(
  event: RecordedEvent,
  visit: (first: number, count: number) => void,
): void {
  const spans = spansOf(event)
  if (spans) for (const [first, count] of spans) visit(first, count)
  else if (hasOutcome(event) && event.done !== undefined) visit(event.done, 1)
}

function spansOf(event: RecordedEvent): readonly TickSpan[] | undefined {
  const { outcome, [OUTCOME]: unread } = event as OpenedEvent & EventRecord
  const known = event[LINE] ?? unread
  return known ? known.spans : outcome && spansBesideDone(outcome)
}

/** Whether an event says all there is to it: nothing of it is still text, and its fingerprint is there. */
export function isWhole(event: RecordedEvent): boolean {
  return event[LINE] === undefined && !isUnread(event as OpenedEvent) && event.fp !== ''
}

/** Whether a record says what a call is, as against how it came out. */
export function isStart(event: RecordedEvent): boolean {
  return event[LINE] ? event[LINE].isStart : 'id' in event
}

/** One event out of two records of it. What the later one says counts. */
export function mergeRecords(started: RecordedEvent, record: RecordedEvent): RecordedEvent {
  // Of a third one, which only a store that failed leaves, all is read: a file could hold millions of them.
  const isFirst = isOfLine(started) && started[LINE].completes === undefined
  if (isFirst && isOfLine(record)) return mergeLines(started, record)
  return mergeOpened(opened(started), opened(record))
}

function isOfLine(event: RecordedEvent): event is LineEvent {
  return event[LINE] !== undefined
}

/**
 * An event as plain data.
 *
 * @throws {ReplayInvalidSessionError} when it is corrupt.
 */
export function wholeEvent(event: RecordedEvent): EventRecord {
  if (isWhole(event)) return event as EventRecord
  checkEvent(event)
  const request = requestOf(event)
  const outcome = outcomeOf(event)
  const { [REQUEST]: _request, [OUTCOME]: _outcome, ...head } = opened(event)
  // A replay does not write the requests of what it served.
  const isOpen = head.fp === '' && (head.served === undefined || request !== undefined)
  return {
    ...head,
    ...(isOpen && { fp: fingerprintOf(event) }),
    ...(request !== undefined && { request }),
    ...(outcome !== undefined && { outcome }),
  }
}
