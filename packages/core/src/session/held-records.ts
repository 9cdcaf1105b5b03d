import { macrotask } from '../runtime/clock.ts'
import {
  type CompletionRecord,
  type EventRecord,
  CHECKED,
  type Checked,
  type EveryField,
  MAX_TICK,
} from '@retake/format'
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
  if (session.journal === undefined && session.awaits === undefined) return
  if (session.held === undefined) {
    session.held = []
    holding.add(session)
    writeAtExit()
    macrotask(() => writeStarts(session))
  }
  insert(session.held, event)
}

// Nearly always at the end. What the app does when it is told of a call, or its values when they are read, may start
// others before that one is held.
function insert(held: EventRecord[], event: EventRecord): void {
  let at = held.length
  while (at > 0 && (held[at - 1] as EventRecord).seq > event.seq) at--
  if (at === held.length) held.push(event)
  else held.splice(at, 0, event)
}

/** Writes the completion of an event, in one record with its start where that is still held. */
export function writeCompletion(
  session: SessionState,
  event: EventRecord & Checked,
  completion: Completion,
): void {
  // An equal call that started earlier must not be missing from a log on which this outcome is.
  writeHeld(session, event.seq)
  const { held } = session
  const start = held?.[0]?.seq === event.seq ? held.shift() : undefined
  const isChecked = event[CHECKED] === true && session.tick < MAX_TICK
  append(
    session,
    start ? wholeRecord(start, completion, isChecked) : lastRecord(event, completion, isChecked),
  )
}

function lastRecord(
  { seq }: EventRecord,
  completion: Completion,
  isChecked: boolean,
): CompletionRecord & Checked {
  return { type: 'event', seq, ...completion, [CHECKED]: isChecked }
}

// Field by field, since to copy an object costs several times as much.
function wholeRecord(
  start: EventRecord,
  completion: Completion,
  isChecked: boolean,
): EventRecord & Checked {
  return {
    type: 'event',
    id: start.id,
    seq: start.seq,
    parent: start.parent,
    kind: start.kind,
    name: start.name,
    op: start.op,
    path: start.path,
    ord: start.ord,
    key: start.key,
    fp: start.fp,
    startedAt: start.startedAt,
    state: completion.state,
    request: start.request,
    model: start.model,
    provider: start.provider,
    attributes: completion.attributes ?? start.attributes,
    withheld: completion.withheld ?? start.withheld,
    served: start.served,
    after: start.after,
    done: completion.done,
    instant: completion.instant,
    ms: completion.ms,
    outcome: completion.outcome,
    usage: completion.usage,
    costUsd: completion.costUsd,
    redacted: completion.redacted,
    [CHECKED]: isChecked,
  } satisfies EveryField<EventRecord> & Checked
}

/**
 * Writes what a replay has served, with many others: at the end of the replay, or of the process.
 *
 * @see docs/decisions/0039-replays-write-at-their-end.md
 */
export function holdServed(session: SessionState, event: EventRecord): void {
  if (session.journal === undefined && session.awaits === undefined) return
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
  const { held } = session
  if (held === undefined) return
  while (held[0] !== undefined && held[0].seq < before) append(session, held.shift() as EventRecord)
}

// A process that ends in the middle of a turn has no later one.
function writeAtExit(): void {
  if (isListening || typeof process !== 'object') return
  isListening = true
  process.on('exit', () => {
    for (const session of holding) writeAllHeld(session)
  })
}
