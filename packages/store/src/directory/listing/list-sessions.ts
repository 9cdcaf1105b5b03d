import type { ListOptions } from '../../store.ts'
import { type Disk, nextTurn } from '../../disk/file-system.ts'
import { listSessionFiles } from '../../journal-files/session-files.ts'
import { readListOptions } from '../../listing/filter.ts'
import { groupFiles, type StoredSession } from './stored-session.ts'
import { createSummarySource, FEW_SESSIONS, type SummarySource } from './summary-source.ts'
import type { SessionSummary } from '@retake/format'

interface Candidate {
  readonly session: StoredSession
  /** Sorts by when the session started. */
  readonly order: string
  /** Known already when it had to be read for the time. */
  readonly summary?: SessionSummary
}

// The event loop gets a turn after so many sessions that were read, each of which takes some 50 µs.
const READS_PER_TURN = 100

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/**
 * Lists the sessions in a folder, newest first, looking at as few of them as possible: an id of ours tells when
 * it was made.
 *
 * @see docs/decisions/0054-an-index-for-lists.md
 */
export async function listSessions(
  disk: Disk,
  folder: string,
  options: ListOptions = {},
): Promise<readonly SessionSummary[]> {
  const { limit, passes } = readListOptions(options)
  const sessions = groupFiles(await listSessionFiles(disk.fs, folder))
  const [dated, undated] = splitByDate(sessions)
  const wanted = undated.length + (passes ? dated.length : Math.min(limit, dated.length))
  const source = createSummarySource(disk, folder, sessions, wanted > FEW_SESSIONS)
  const look = createLooker(source, sessions.length, options.onProgress)

  for (const session of undated) {
    const summary = await look(session)
    if (summary) dated.push({ session, summary, order: orderOf(summary.startedAt) })
  }
  const listed: SessionSummary[] = []
  for (const { session, ...known } of dated.toSorted(newestFirst)) {
    if (listed.length >= limit) break
    const summary = known.summary ?? (await look(session))
    if (summary && (passes?.(summary) ?? true)) listed.push(summary)
  }
  source.close()
  return listed
}

function splitByDate(sessions: readonly StoredSession[]): [Candidate[], StoredSession[]] {
  const dated: Candidate[] = []
  const undated: StoredSession[] = []
  for (const session of sessions) {
    if (UUID_V7.test(session.id)) dated.push({ session, order: session.id })
    else undated.push(session)
  }
  return [dated, undated]
}

// As an id of ours begins that was made then.
function orderOf(startedAt: string): string {
  const time = Math.max(0, Date.parse(startedAt)).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}`
}

function createLooker(
  source: SummarySource,
  total: number,
  onProgress: ListOptions['onProgress'],
): (session: StoredSession) => Promise<SessionSummary | undefined> {
  let looked = 0
  let readsBefore = 0
  return async (session) => {
    const summary = source.summaryOf(session)
    looked++
    if (source.reads - readsBefore >= READS_PER_TURN) {
      readsBefore = source.reads
      onProgress?.(looked, total)
      await nextTurn()
    }
    return summary
  }
}

function newestFirst(one: Candidate, other: Candidate): number {
  if (one.order === other.order) return one.session.id < other.session.id ? 1 : -1
  return one.order < other.order ? 1 : -1
}
