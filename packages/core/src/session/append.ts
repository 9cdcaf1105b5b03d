import type { LogRecord } from '../store.ts'
import type { SessionState } from './session-state.ts'

/** Appends a record to the session's log. A store that refuses is counted and warned of, never thrown. */
export function append(session: SessionState, record: LogRecord): void {
  if (session.log === undefined) return
  try {
    session.log.append(record)
  } catch (error) {
    const { stats, store, warn } = session.config
    stats.dropped++
    warn('store', `${store.name} does not take records, the app goes on: ${describeError(error)}`)
  }
}

/** The message of an error, or what else was thrown. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
