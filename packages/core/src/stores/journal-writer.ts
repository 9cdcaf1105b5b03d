import type { SessionRecord } from '../event.ts'
import { formatRecord } from '../journal/journal.ts'
import type { SessionLog } from '../store.ts'
import type { Descriptors } from './descriptors.ts'
import type { FileSystem } from './file-system.ts'

/** Where a journal is written to. */
export interface JournalTarget {
  readonly fs: FileSystem
  readonly descriptors: Descriptors
  readonly path: string
}

/**
 * Makes a new journal file and writes its header. Nobody else ever writes to it.
 *
 * A record is in the hands of the operating system when `append` returns, so it survives the death of
 * the process. When a write fails half-way, as on a full disk, the next record comes after an empty
 * line, which tells the reader that the line before it was cut off.
 *
 * @throws the error of the system, `EEXIST` when there is such a file.
 */
export function createJournalWriter(target: JournalTarget, header: SessionRecord): SessionLog {
  const { fs, descriptors, path } = target
  let isClosed = false
  let isTorn = false

  function write(line: string): void {
    const bytes = Buffer.from(isTorn ? `\n\n${line}` : line)
    const descriptor = descriptors.get(path)
    let written = 0
    try {
      while (written < bytes.length) written += writeSome(fs, descriptor, bytes.subarray(written))
      isTorn = false
    } catch (error) {
      isTorn ||= written > 0
      throw error
    }
  }

  const first = formatRecord(header)
  descriptors.create(path)
  try {
    write(first)
  } catch (error) {
    descriptors.close(path)
    fs.rmSync(path, { force: true })
    throw error
  }

  return {
    append(record) {
      try {
        write(formatRecord(record))
      } finally {
        if (isClosed) descriptors.close(path)
      }
    },
    close() {
      isClosed = true
      descriptors.close(path)
    },
  }
}

// A full disk shows as a short write without an error first. Writing nothing at all would never end.
function writeSome(fs: FileSystem, descriptor: number, bytes: Uint8Array): number {
  const written = fs.writeSync(descriptor, bytes)
  if (written === 0) throw new Error('The disk took nothing of a record.')
  return written
}
