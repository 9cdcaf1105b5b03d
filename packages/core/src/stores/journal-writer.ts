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

const SCRATCH_BYTES = 65_536
const MAX_BYTES_PER_UNIT = 3

// Writes are synchronous, so that one buffer serves all journals.
let scratch: Buffer | undefined

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
    const { bytes, length } = toBytes(isTorn ? `\n\n${line}` : line)
    const descriptor = descriptors.get(path)
    let written = 0
    try {
      while (written < length) {
        const rest = { bytes, offset: written, length: length - written }
        written += writeSome(fs, descriptor, rest)
      }
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
      // What is written to a file that was removed is gone with it, without an error.
      const isThere = descriptors.isThere(path)
      descriptors.close(path)
      if (!isThere) throw new Error('The journal of a session was removed while it ran.')
    },
  }
}

/** The UTF-8 of a text, until the next one is asked for. */
function toBytes(text: string): { readonly bytes: Buffer; readonly length: number } {
  if (text.length * MAX_BYTES_PER_UNIT > SCRATCH_BYTES) {
    const bytes = Buffer.from(text)
    return { bytes, length: bytes.length }
  }
  scratch ??= Buffer.allocUnsafeSlow(SCRATCH_BYTES)
  return { bytes: scratch, length: scratch.write(text) }
}

interface Span {
  readonly bytes: Buffer
  readonly offset: number
  readonly length: number
}

// A full disk shows as a short write without an error first. Writing nothing at all would never end.
function writeSome(fs: FileSystem, descriptor: number, { bytes, offset, length }: Span): number {
  const written = fs.writeSync(descriptor, bytes, offset, length)
  if (written === 0) throw new Error('The disk took nothing of a record.')
  return written
}
