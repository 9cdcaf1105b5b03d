import {
  type SessionRecord,
  newId,
  type JournalFile,
  journalFileName,
  readJournals,
  JOURNAL_LIMITS,
  wallMs,
} from '@retake/format'
import type { SessionLog, Store } from '../store.ts'
import { createDescriptors } from '../journal-files/descriptors.ts'
import { hasCode, requireDisk } from '../disk/file-system.ts'
import { createJournalWriter } from '../journal-files/journal-writer.ts'
import { listSessionFiles, readWhole, type SessionFile } from '../journal-files/session-files.ts'
import { checkSessionId } from '../session-id.ts'

export interface DirectoryStoreOptions {
  /**
   * The folder. Made when the first session is written, with a `.gitignore` that keeps it out of git.
   *
   * @default '.retake'
   */
  readonly directory?: string
}

/**
 * Keeps each session as a journal in a folder, `<id>.jsonl`; a further writer has a file of its own.
 *
 * Records are written through, without waiting for the disk: what was appended survives the death of
 * the process, and `flush` makes it survive that of the machine. Files are for their owner only.
 *
 * @throws {RetakeError} `OPTION_INVALID` on a runtime without a file system.
 * @see docs/cassette-format.md#journal
 */
export function createDirectoryStore({ directory = '.retake' }: DirectoryStoreOptions = {}): Store {
  const { fs, path } = requireDisk('createDirectoryStore')
  const folder = path.resolve(directory)
  const descriptors = createDescriptors(fs)
  const disk = { fs, descriptors }

  function create(session: SessionRecord, writer?: string): SessionLog {
    const file = path.join(folder, journalFileName(session.id, writer))
    return createJournalWriter(disk, file, session)
  }

  // Other processes may be about the same: whoever comes second joins.
  function open(
    session: SessionRecord,
    openLog: OpenLog = create,
    isFolderMade = false,
  ): SessionLog {
    try {
      return openLog(session)
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return open(session, join, isFolderMade)
      if (!hasCode(error, 'ENOENT') || isFolderMade) throw error
      makeFolder()
      return open(session, openLog, true)
    }
  }

  function makeFolder(): void {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeNew(path.join(folder, '.gitignore'), '*\n', 0o644)
  }

  // Who joins a session leaves a mark, so that nobody has to look through all sessions for it.
  function join(session: SessionRecord): SessionLog {
    writeNew(markOf(session.id), '', 0o600)
    return create(session, newWriter())
  }

  function markOf(id: string): string {
    return path.join(folder, `${id}.writers`)
  }

  function writeNew(file: string, text: string, mode: number): void {
    try {
      fs.writeFileSync(file, text, { flag: 'wx', mode })
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
    }
  }

  // All by which a session may be there: without its own file, others may be.
  async function filesOf(id: string): Promise<readonly SessionFile[]> {
    const name = journalFileName(id)
    const isAlone = fs.existsSync(path.join(folder, name)) && !fs.existsSync(markOf(id))
    if (isAlone) return [{ id, name }]
    const files = await listSessionFiles(fs, folder)
    return files.filter((file) => file.id === id)
  }

  const read = (file: SessionFile, maxBytes: number) =>
    readWhole(fs, path.join(folder, file.name), file, maxBytes)

  // One after the other, so that no more is held in memory than a session may have in all.
  function readAll(files: readonly SessionFile[]): readonly JournalFile[] {
    const journals: JournalFile[] = []
    let maxBytes = JOURNAL_LIMITS.maxChars
    for (const file of files) {
      const journal = read(file, maxBytes)
      if (journal === undefined) continue
      journals.push(journal)
      maxBytes -= journal.text.length
    }
    return journals
  }

  async function removeFile({ name }: SessionFile): Promise<void> {
    const file = path.join(folder, name)
    descriptors.close(file)
    await fs.promises.rm(file, { force: true })
  }

  return {
    name: `directory ${directory}`,
    open(session) {
      checkSessionId(session.id)
      return open(session)
    },
    async load(id) {
      checkSessionId(id)
      const journals = readAll(await filesOf(id))
      return journals.length === 0 ? undefined : readJournals(journals, id)
    },
    async list(options) {
      // Whoever records or replays has no need of it.
      const { listSessions } = await import('./listing/list-sessions.ts')
      return listSessions({ fs, path }, folder, options)
    },
    async remove(id) {
      checkSessionId(id)
      const files = await filesOf(id)
      await Promise.all(files.map(removeFile))
      if (fs.existsSync(markOf(id))) await fs.promises.rm(markOf(id), { force: true })
      return files.length > 0
    },
    flush: () => descriptors.sync(),
  }
}

type OpenLog = (session: SessionRecord) => SessionLog

let joinedMs = 0

// Begins with the time, so that writers sort in the order in which they joined. Of two that join in one
// millisecond the later one is dated on; between processes their order is then left to chance.
function newWriter(): string {
  joinedMs = Math.max(wallMs(), joinedMs + 1)
  return joinedMs.toString(36) + newId().slice(-6)
}
