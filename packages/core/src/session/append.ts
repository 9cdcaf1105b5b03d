import { describeError, fingerprintOf } from '@retake/format'
import { keepBack, noteStoreFailure } from './until-stored.ts'
import type { LogRecord } from '@retake/store'
import { runInScope } from './scope.ts'
import type { SessionState } from './session-state.ts'

/**
 * Appends a record to the session's log. A store that refuses is counted and warned of, never thrown.
 *
 * An event that is refused is offered again without its content, so that a record which was too large
 * costs its own call only.
 *
 * @see docs/decisions/0031-lost-records.md
 */
export function append(session: SessionState, record: LogRecord): void {
  if (session.virtual === undefined) return write(session, record)
  // What a store draws is none of the session's: in a replay it writes less.
  runInScope(undefined, writeVirtual, session, record)
}

/** Appends records with one write, where the store can. */
export function appendAll(session: SessionState, records: readonly LogRecord[]): void {
  if (session.virtual === undefined) return writeAll(session, records)
  runInScope(undefined, writeAll, session, records)
}

// What was seen of the clock is on the log before the calls that may have asked for it.
function writeVirtual(session: SessionState, record: LogRecord): void {
  const seen = record.type === 'update' ? undefined : session.virtual?.unwritten()
  if (seen) write(session, seen)
  write(session, record)
}

function write(session: SessionState, record: LogRecord): void {
  if (session.awaits !== undefined && keepBack(session, record)) return
  const problem = offer(session, record)
  if (problem === undefined) return
  session.config.stats.dropped++
  if (record.type === 'event' && offer(session, withoutContent(record, problem)) === undefined)
    return
  session.lost++
}

function writeAll(session: SessionState, records: readonly LogRecord[]): void {
  try {
    if (session.awaits === undefined && session.journal?.appendAll)
      return session.journal.appendAll(records)
  } catch {
    // What is appended twice is merged when it is read.
  }
  for (const record of records) write(session, record)
}

/** Gives a record to the store, and says why it was not taken. */
function offer(session: SessionState, record: LogRecord): string | undefined {
  if (session.journal === undefined) return 'the session could not be opened'
  try {
    session.journal.append(record)
    return undefined
  } catch (error) {
    noteStoreFailure(session, error)
    return describeError(error)
  }
}

type AnyEventRecord = Extract<LogRecord, { type: 'event' }>

function withoutContent(record: AnyEventRecord, problem: string): AnyEventRecord {
  const withheld = `the store did not take it (${problem})`
  return {
    ...record,
    ...('fp' in record && record.fp !== undefined && { fp: fingerprintOf(record) }),
    request: undefined,
    outcome: undefined,
    attributes: undefined,
    withheld,
  }
}
