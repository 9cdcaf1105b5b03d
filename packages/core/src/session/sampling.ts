import type { LogRecord, SessionLog } from '../store.ts'

/** The log of a session that was not sampled: kept in memory until it is known how the session went. */
export interface BufferedLog extends SessionLog {
  /** The session is over: write what was kept when it failed, else forget it. */
  settle(failed: boolean): void
}

/** Creates a log that opens the real one only for a session that fails. */
export function createBufferedLog(open: () => SessionLog): BufferedLog {
  let kept: string[] | undefined = []
  let log: SessionLog | undefined

  return {
    append(record) {
      if (log) log.append(record)
      // Kept as text, as a store would: the record's values may belong to the app.
      else kept?.push(JSON.stringify(record))
    },
    settle(failed) {
      const records = kept ?? []
      kept = undefined
      if (!failed || log) return
      log = open()
      for (const record of records) log.append(JSON.parse(record) as LogRecord)
    },
    close() {
      log?.close()
    },
  }
}
