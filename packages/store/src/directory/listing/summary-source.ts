import {
  isRetakeError,
  lazily,
  mergeJournals,
  JOURNAL_LIMITS,
  type SessionSummary,
} from '@retake/format'
import { type Disk, hasCode } from '../../disk/file-system.ts'
import { readWhole } from '../../journal-files/session-files.ts'
import { type IndexLines, readIndexFile, writeIndexFile } from './index-file.ts'
import { formatLine, readLine } from './index-line.ts'
import { readEnds } from './session-ends.ts'
import { type StampedFile, stampFiles, type StoredSession } from './stored-session.ts'
import { summarize } from '../../listing/summarize.ts'

/**
 * So many are read without an index, and left out of it until there are more: to read one of ten thousand
 * sessions, or to write it, takes longer. A small folder never has any.
 */
export const FEW_SESSIONS = 100

/** Summaries of the sessions in a folder. */
export interface SummarySource {
  /** @returns `undefined` when the session is gone or cannot be read. */
  summaryOf(session: StoredSession): SessionSummary | undefined
  /** Sessions that were read so far, as against found in the index. */
  readonly reads: number
  /** Keeps what was read for the next time. */
  close(): void
}

/**
 * Takes the summary of a session from the index of its folder while its files are as they were, and else from
 * its files. What the index says is only ever believed of files that were looked at.
 *
 * @param isLong whether more than a few sessions will be asked for.
 */
export function createSummarySource(
  disk: Disk,
  folder: string,
  sessions: readonly StoredSession[],
  isLong: boolean,
): SummarySource {
  const index = lazily(() => readIndexFile(disk, folder))
  const fresh = new Map<string, string | undefined>()
  let reads = 0

  function recall(id: string, files: readonly StampedFile[]) {
    const line = isLong || reads > FEW_SESSIONS ? index().get(id) : undefined
    return line === undefined ? undefined : readLine(line, id, files)
  }

  // The line of a session that nobody asked for stays as it was: it is compared with its files when somebody does.
  function linesNow(): IndexLines {
    const lines = new Map<string, string>()
    for (const { id } of sessions) {
      const line = fresh.has(id) ? fresh.get(id) : index().get(id)
      if (line !== undefined) lines.set(id, line)
    }
    return lines
  }

  return {
    summaryOf(session) {
      const { id } = session
      const files = stampFiles(disk, folder, session)
      if (files.length === 0) return undefined
      const known = recall(id, files)
      if (known) return known.summary
      reads++
      const { summary, isLasting } = readSummary(disk, id, files)
      fresh.set(id, isLasting ? formatLine(id, files, summary) : undefined)
      return summary
    },
    get reads() {
      return reads
    },
    close() {
      if (reads <= FEW_SESSIONS) return
      const changes = [...fresh].filter(([id, line]) => index().get(id) !== line)
      if (changes.length > FEW_SESSIONS) writeIndexFile(disk, folder, linesNow())
    },
  }
}

interface Read {
  readonly summary: SessionSummary | undefined
  /** Comes out the same until a file is another one. */
  readonly isLasting: boolean
}

// Whoever wants to know why a session cannot be read loads it.
function readSummary(disk: Disk, id: string, files: readonly StampedFile[]): Read {
  try {
    const journals = files.flatMap((file) => readFile(disk, file) ?? [])
    return { summary: summarize(mergeJournals(journals, id)), isLasting: true }
  } catch (error) {
    // Another user, or a moment later, may be able to.
    if (hasCode(error, 'ENOENT') || hasCode(error, 'EACCES'))
      return { summary: undefined, isLasting: false }
    if (isRetakeError(error)) return { summary: undefined, isLasting: error.data.reason !== 'file' }
    throw error
  }
}

function readFile({ fs }: Disk, file: StampedFile) {
  const text = readEnds(fs, file.path, file.size)
  if (text === undefined) return readWhole(fs, file.path, file, JOURNAL_LIMITS.maxChars)
  return { text, ...(file.writer !== undefined && { writer: file.writer }) }
}
