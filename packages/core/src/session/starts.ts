import { macrotask } from '../clock.ts'
import type { CompletionRecord, EventRecord } from '../event.ts'
import { CHECKED, type Checked } from '../journal/checked.ts'
import { MAX_TICK } from '../journal/validate.ts'
import { append, appendAll } from './append.ts'
import type { SessionState } from './session-state.ts'

/** What is written of an event when it is over, but for what says which one it is. */
export type Completion = Omit<CompletionRecord, 'type' | 'seq'>

// A few hundred kilobytes.
const MAX_SERVED = 1000

const holding = new Set<SessionState>()
let isListening = false

/**
 * Writes the start of an event at the end of this turn of the event loop.
 *
 * What is over by then is written as one record. A call that is in flight any longer is on the log
 * before its request can have left the process.
 *
 * @see docs/decisions/0016-starts-wait-a-turn.md
 */
export function holdStart(session: SessionState, event: EventRecord): void {
  if (session.log === undefined && session.awaits === undefined) return
  if (session.held === undefined) {
    session.held = new Map()
    holding.add(session)
    writeAtExit()
    macrotask(() => writeStarts(session))
  }
  session.held.set(event.seq, event)
}

/** Writes the completion of an event, in one record with its start where that is still held. */
export function writeCompletion(
  session: SessionState,
  event: EventRecord & Checked,
  completion: Completion,
): void {
  const start = session.held?.get(event.seq)
  session.held?.delete(event.seq)
  // An equal call that started earlier must not be missing from a log on which this outcome is.
  writeHeld(session, event.seq)
  const isChecked = event[CHECKED] === true && session.tick < MAX_TICK
  const started = start ?? ({ type: 'event', seq: event.seq } as const)
  const record: (EventRecord | CompletionRecord) & Checked = {
    ...started,
    ...completion,
    [CHECKED]: isChecked,
  }
  append(session, record)
}

/**
 * Writes what a replay has served, with many others: at the end of the replay, or of the process.
 *
 * @see docs/decisions/0039-replays-write-at-their-end.md
 */
export function holdServed(session: SessionState, event: EventRecord): void {
  if (session.log === undefined && session.awaits === undefined) return
  if (session.served === undefined) {
    session.served = []
    holding.add(session)
    writeAtExit()
  }
  session.served.push(event)
  if (session.served.length >= MAX_SERVED) writeServed(session)
}

/** Writes all that is held. */
export function writeAllHeld(session: SessionState): void {
  writeStarts(session)
  writeServed(session)
}

function writeServed(session: SessionState): void {
  const events = session.served ?? []
  session.served = undefined
  if (session.held === undefined) holding.delete(session)
  if (events.length > 0) appendAll(session, events)
}

function writeStarts(session: SessionState): void {
  writeHeld(session, Number.POSITIVE_INFINITY)
  session.held = undefined
  if (session.served === undefined) holding.delete(session)
}

function writeHeld(session: SessionState, before: number): void {
  for (const [seq, event] of session.held ?? []) {
    if (seq >= before) continue
    session.held?.delete(seq)
    append(session, event)
  }
}

// A process that ends in the middle of a turn has no later one.
function writeAtExit(): void {
  if (isListening || typeof process !== 'object') return
  isListening = true
  process.on('exit', () => {
    for (const session of holding) writeAllHeld(session)
  })
}
