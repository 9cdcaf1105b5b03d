import { describeError } from '@retake/format'
import type { LogRecord } from '@retake/store'
import type { SessionState } from './session-state.ts'

/** Opens the log of a session. A store that refuses is counted and warned of, never thrown. */
export function openLog(session: SessionState): void {
  const { config } = session
  try {
    session.journal = config.store.open(session.record)
  } catch (error) {
    config.stats.failures++
    noteStoreFailure(session, error)
  }
}

/**
 * Keeps a record in memory while it is not known whether its session is stored. An event that a session
 * has waited for opens its log.
 *
 * @returns whether the record needs no more to be done.
 * @see docs/decisions/0035-empty-requests.md
 */
export function keepBack(session: SessionState, record: LogRecord): boolean {
  if (session.awaits === 'event' && record.type === 'event') {
    openKept(session)
    return false
  }
  // Kept as text, as a store would: the record's values may belong to the app.
  if (session.awaits !== 'nothing') (session.kept ??= []).push(JSON.stringify(record))
  return true
}

/** Stores a session from now on, with what was kept of it so far. */
export function openKept(session: SessionState): void {
  const { kept = [] } = session
  session.awaits = undefined
  session.kept = undefined
  openLog(session)
  for (const record of kept) writeKept(session, JSON.parse(record) as LogRecord)
}

/** Stores nothing of a session any more. */
export function forget(session: SessionState): void {
  session.awaits = 'nothing'
  session.kept = undefined
}

/** Warns of the first failure of a store. */
export function noteStoreFailure(
  { config: { store, warn } }: Pick<SessionState, 'config'>,
  error: unknown,
): void {
  warn('store', `${store.name} does not take records, the app goes on: ${describeError(error)}`)
}

function writeKept(session: SessionState, record: LogRecord): void {
  try {
    session.journal?.append(record)
    if (session.journal) return
  } catch (error) {
    noteStoreFailure(session, error)
  }
  session.config.stats.dropped++
  session.lost++
}
