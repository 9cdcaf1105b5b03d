import { describeFault, isNestedDeeper, type JsonFault, type JsonLimits } from './bounded-json.ts'
import { ReplayInvalidSessionError } from '../errors.ts'
import type {
  EndRecord,
  JournalRecord,
  SessionData,
  SessionRecord,
  UpdateRecord,
  VirtualRecord,
} from '../event.ts'
import { CHECKED, type Checked } from './checked.ts'
import { formatEvent } from './event-line.ts'
import { invalidSession } from './journal-error.ts'
import { JOURNAL_LIMITS, type JournalLimits, readLines } from './journal-lines.ts'
import { isStart, mergeRecords, opened, type RecordedEvent } from './recorded-event.ts'
import { createSessionData } from './session-data.ts'
import type { Budget } from './unread-text.ts'
import { recordFault } from './validate.ts'
import { joinNotes, joinTimes } from './clock-readings.ts'

/** The log of one writer of a session. */
export interface JournalFile {
  /** Absent for the process that opened the session. */
  readonly writer?: string
  readonly text: string
}

interface Journal {
  readonly writer?: string
  readonly session: SessionRecord
  readonly updates: readonly UpdateRecord[]
  readonly virtual?: VirtualRecord
  readonly events: readonly RecordedEvent[]
  readonly end?: EndRecord
}

/** What the journals of a session say together. The content of events may still be text. */
export interface MergedJournals extends Omit<SessionData, 'events'> {
  readonly events: readonly RecordedEvent[]
}

/**
 * One line of a journal, with its LF.
 *
 * @throws {ReplayInvalidSessionError} when the record would make its session unreadable: it is too long,
 * too deep, or a field of it is not what it must be.
 */
export function formatRecord(
  record: JournalRecord,
  { record: limits }: JournalLimits = JOURNAL_LIMITS,
): string {
  if ((record as Checked)[CHECKED] !== true) check(record, limits)
  const line = record.type === 'event' ? formatEvent(record) : JSON.stringify(record)
  if (line.length > limits.maxChars) throw outOfBounds(record, 'size', limits)
  return `${line}\n`
}

function check(record: JournalRecord, limits: JsonLimits): void {
  const fault = recordFault(record)
  if (fault !== undefined) throw unwritten(record, 'record', fault)
  if (isNestedDeeper(record, limits.maxDepth)) throw outOfBounds(record, 'depth', limits)
}

/** Name of the file that holds a journal. Ids have no dots, so that it can be taken apart again. */
export function journalFileName(id: string, writer?: string): string {
  return writer === undefined ? `${id}.jsonl` : `${id}.${writer}.jsonl`
}

/**
 * Reads a session from the journals of all its writers.
 *
 * The file without a writer comes first, then the others by the name of their writer. The first one is
 * the session's own: its header and its end count. When there are several, every event says which
 * writer and service it is from.
 *
 * A line that is not JSON is dropped when nothing or an empty line follows: it was cut off. Anywhere
 * else it is corruption, and an error. So is a session without a whole header; its process died while
 * it was opened, and nothing was recorded.
 *
 * What calls were asked and gave is read when somebody looks at it, and may turn out to be corrupt then. So is, in
 * a long journal, what does not order events, but that has been checked.
 *
 * @throws {ReplayInvalidSessionError} with `data` `{ sessionId, file, line, reason }`.
 */
export function readJournals(
  files: readonly JournalFile[],
  id: string,
  limits: JournalLimits = JOURNAL_LIMITS,
): SessionData {
  const { events, ...others } = mergeJournals(files, id, limits)
  return createSessionData(others, events)
}

/** The same, for who looks at few of thousands of sessions and lets go of each: costs less, and holds nothing. */
export function mergeJournals(
  files: readonly JournalFile[],
  id: string,
  limits: JournalLimits = JOURNAL_LIMITS,
): MergedJournals {
  const budget = createBudget(files, id, limits)
  const journals = files
    .toSorted((one, other) => ((one.writer ?? '') < (other.writer ?? '') ? -1 : 1))
    .flatMap((file) => readJournal(file, id, { limits, budget }))
  // A service that was asked by another one may have been the first to write.
  const main = journals.find(({ session: { hop } }) => hop === undefined) ?? journals[0]
  if (main === undefined) {
    throw invalidSession({ id, file: journalFileName(id) }, 'header', 'has no header')
  }
  const { session, end } = main
  const virtual = journals.flatMap((journal) => journal.virtual ?? [])
  const isSigned = journals.length > 1 || session.hop !== undefined
  return {
    session: journals.flatMap((journal) => updatesOf(journal, main)).reduce(updated, session),
    events: isSigned ? journals.flatMap(signedEvents) : main.events,
    ...(virtual.length > 0 && { virtual }),
    ...(end && { end }),
  }
}

function outOfBounds(record: JournalRecord, fault: JsonFault, limits: JsonLimits): Error {
  return unwritten(record, fault, `it ${describeFault(fault, limits)}`)
}

function unwritten({ type }: JournalRecord, reason: string, fault: string): Error {
  return new ReplayInvalidSessionError(
    `A record of type "${type}" was not written, since its session could not be read then: ${fault}.`,
    { reason },
  )
}

// A value takes a character at least, so that in most sessions nobody has to count.
function createBudget(
  files: readonly JournalFile[],
  id: string,
  { maxChars, record: { maxValues } }: JournalLimits,
): Budget {
  const chars = files.reduce((sum, { text }) => sum + text.length, 0)
  if (chars <= maxChars)
    return { maxValues: chars < maxValues ? Number.POSITIVE_INFINITY : maxValues }
  const place = { id, file: journalFileName(id) }
  throw invalidSession(place, 'size', `is longer than ${maxChars} characters`)
}

function readJournal(
  { writer, text }: JournalFile,
  id: string,
  options: { readonly limits: JournalLimits; readonly budget: Budget },
): readonly Journal[] {
  const place = { id, file: journalFileName(id, writer) }
  const { events, others } = readLines(text, place, options)
  const [session] = others
  if (session?.type !== 'session') return []
  const end = others.findLast((record) => record.type === 'end')
  const virtual = mergeVirtual(
    others.filter((record) => record.type === 'virtual'),
    writer,
  )
  return [
    {
      ...(writer !== undefined && { writer }),
      session,
      updates: others.filter((record) => record.type === 'update'),
      ...(virtual && { virtual }),
      events: mergeEvents(events),
      ...(end && { end }),
    },
  ]
}

// What another service was asked, and answered, is not what the session was.
function updatesOf(journal: Journal, main: Journal): readonly UpdateRecord[] {
  if (journal === main) return journal.updates
  return journal.updates.map(({ request: _request, response: _response, ...others }) => others)
}

// What an update may not change keeps its value: a file from outside could say anything.
function updated(session: SessionRecord, changes: UpdateRecord): SessionRecord {
  const { v, type, id, startedAt, seed } = session
  return { ...session, ...changes, v, type, id, startedAt, seed }
}

// The outcome of a call whose start was not written says nothing: nobody could ask for it.
function mergeEvents(records: readonly RecordedEvent[]): readonly RecordedEvent[] {
  if (areWhole(records)) return records
  const events = new Map<number, RecordedEvent>()
  // A loop would be compiled while it runs, which takes longer than to run it.
  records.forEach((record) => {
    const started = events.get(record.seq)
    if (started !== undefined) events.set(record.seq, mergeRecords(started, record))
    else if (isStart(record)) events.set(record.seq, record)
  })
  return [...events.values()].sort((one, other) => one.seq - other.seq)
}

// Whether each of them is the only one of its event, in order.
function areWhole(records: readonly RecordedEvent[]): boolean {
  let last = 0
  return records.every((record) => {
    const isNext = record.seq > last && isStart(record)
    last = record.seq
    return isNext
  })
}

function mergeVirtual(
  records: readonly VirtualRecord[],
  writer: string | undefined,
): VirtualRecord | undefined {
  const [first] = records
  if (first === undefined) return undefined
  const times = joinTimes(records)
  const timers = records.some((record) => record.timers) && {
    timers: joinNotes(records, 'timers'),
    firings: joinNotes(records, 'firings'),
  }
  return { ...first, times, ...timers, ...(writer !== undefined && { writer }) }
}

function signedEvents({ writer, session, events }: Journal): readonly RecordedEvent[] {
  const { service, hop } = session
  const signature = {
    ...(writer !== undefined && { writer }),
    ...(service !== undefined && { service }),
    ...(hop !== undefined && { hop }),
  }
  return events.map((event) => ({ ...opened(event), ...signature }))
}
