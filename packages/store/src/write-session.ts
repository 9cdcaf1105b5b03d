import type { SessionRecord } from '@retake/format'
import type { LogRecord, SessionLog, Store } from './store.ts'

/** Writes a whole session, and closes its log. */
export function writeSession(
  store: Store,
  session: SessionRecord,
  ...records: readonly LogRecord[]
): SessionLog {
  const log = store.open(session)
  for (const record of records) log.append(record)
  log.close()
  return log
}
