import { isRetakeError } from '../errors.ts'
import type { SessionSummary } from '../store.ts'
import { hasCode } from './file-system.ts'
import type { SessionFile } from './session-files.ts'

/** Reads what a list shows of a session. */
export type SummaryReader = (file: SessionFile) => Promise<SessionSummary>

interface Candidate {
  readonly file: SessionFile
  readonly startedMs: number
  /** Known already when it had to be read for the time. */
  readonly summary?: SessionSummary
}

const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** The newest sessions, reading as few files as possible: an id of ours tells when it was made. */
export async function listNewest(
  files: readonly SessionFile[],
  limit: number,
  read: SummaryReader,
): Promise<readonly SessionSummary[]> {
  const candidates: Candidate[] = []
  for (const file of firstOfEach(files)) candidates.push(...(await toCandidate(file, read)))
  const summaries: SessionSummary[] = []
  for (const { file, summary } of candidates.toSorted(newestFirst)) {
    if (summaries.length >= limit) break
    summaries.push(...(summary ? [summary] : await readable(file, read)))
  }
  return summaries
}

// Files come by name, so that of the process that opened the session is the first of each.
function firstOfEach(files: readonly SessionFile[]): readonly SessionFile[] {
  const firsts = new Map<string, SessionFile>()
  for (const file of files) {
    const known = firsts.get(file.id)
    if (known === undefined || file.writer === undefined) firsts.set(file.id, file)
  }
  return [...firsts.values()]
}

async function toCandidate(file: SessionFile, read: SummaryReader): Promise<readonly Candidate[]> {
  const [, high, low] = UUID_V7.exec(file.id) ?? []
  if (high !== undefined) return [{ file, startedMs: Number.parseInt(`${high}${low}`, 16) }]
  const summaries = await readable(file, read)
  return summaries.map((summary) => ({ file, summary, startedMs: Date.parse(summary.startedAt) }))
}

function newestFirst(one: Candidate, other: Candidate): number {
  return other.startedMs - one.startedMs || (one.file.id < other.file.id ? 1 : -1)
}

// Whoever wants to know why a session cannot be read loads it.
async function readable(
  file: SessionFile,
  read: SummaryReader,
): Promise<readonly SessionSummary[]> {
  try {
    return [await read(file)]
  } catch (error) {
    const isGone = hasCode(error, 'ENOENT') || hasCode(error, 'EACCES')
    if (isGone || isRetakeError(error)) return []
    throw error
  }
}
