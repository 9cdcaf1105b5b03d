import {
  isRetakeError,
  formatRecord,
  type JournalFile,
  mergeJournals,
  readJournals,
  type SessionSummary,
} from '@retake/format'
import type { Store } from './store.ts'
import { readListOptions } from './listing/filter.ts'
import { summarize } from './listing/summarize.ts'
import { checkSessionId } from './session-id.ts'

/** Lines of each writer of a session, in the order in which they came. */
type Writers = (readonly string[])[]

/**
 * A store that lives as long as the process: for tests, and where there is no disk.
 *
 * Records are kept as JSON text, so that nothing is shared with the app, and what is read back is
 * what a disk would give.
 */
export function createMemoryStore(): Store {
  const sessions = new Map<string, Writers>()

  return {
    name: 'memory',
    open(session) {
      checkSessionId(session.id)
      const lines = [formatRecord(session)]
      const writers = sessions.get(session.id) ?? []
      sessions.set(session.id, [...writers, lines])
      return { append: (record) => void lines.push(formatRecord(record)), close() {} }
    },
    async load(id) {
      checkSessionId(id)
      const writers = sessions.get(id)
      return writers && readJournals(toFiles(writers), id)
    },
    async list(options) {
      const { limit, passes = () => true } = readListOptions(options)
      return [...sessions]
        .flatMap(([id, writers]) => readSummary(id, writers))
        .filter(passes)
        .toSorted((one, other) => (one.startedAt < other.startedAt ? 1 : -1))
        .slice(0, limit)
    },
    async remove(id) {
      checkSessionId(id)
      return sessions.delete(id)
    },
  }
}

function toFiles(writers: Writers): readonly JournalFile[] {
  return writers.map((lines, index) => ({
    text: lines.join(''),
    ...(index > 0 && { writer: String(index).padStart(6, '0') }),
  }))
}

function readSummary(id: string, writers: Writers): readonly SessionSummary[] {
  try {
    return [summarize(mergeJournals(toFiles(writers), id))]
  } catch (error) {
    if (isRetakeError(error)) return []
    throw error
  }
}
