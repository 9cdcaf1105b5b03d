import { type SessionRecord, formatRecord } from '@retake/format'
import type { LogRecord, SessionLog } from '../store.ts'
import type { Descriptors } from './descriptors.ts'
import type { FileSystem } from '../disk/file-system.ts'

/** What the journals of one store are written with. */
export interface JournalDisk {
  readonly fs: FileSystem
  readonly descriptors: Descriptors
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
export function createJournalWriter(
  disk: JournalDisk,
  path: string,
  header: SessionRecord,
): SessionLog {
  const { fs, descriptors } = disk
  const first = formatRecord(header)
  descriptors.create(path)
  try {
    return new JournalWriter(disk, path, first)
  } catch (error) {
    descriptors.close(path)
    fs.rmSync(path, { force: true })
    throw error
  }
}

// A server holds one per request: functions of its own would cost each of them a quarter of a kilobyte.
class JournalWriter implements SessionLog {
  readonly #disk: JournalDisk
  readonly #path: string
  #isClosed = false
  #isTorn = false

  constructor(disk: JournalDisk, path: string, first: string) {
    this.#disk = disk
    this.#path = path
    this.#write(first)
  }

  append(record: LogRecord): void {
    this.#append(formatRecord(record))
  }

  appendAll(records: readonly LogRecord[]): void {
    this.#append(records.map((record) => formatRecord(record)).join(''))
  }

  close(): void {
    const { descriptors } = this.#disk
    this.#isClosed = true
    // What is written to a file that was removed is gone with it, without an error.
    const isThere = descriptors.isThere(this.#path)
    descriptors.close(this.#path)
    if (!isThere) throw new Error('The journal of a session was removed while it ran.')
  }

  #append(lines: string): void {
    try {
      this.#write(lines)
    } finally {
      if (this.#isClosed) this.#disk.descriptors.close(this.#path)
    }
  }

  #write(line: string): void {
    const { fs, descriptors } = this.#disk
    const { bytes, length } = toBytes(this.#isTorn ? `\n\n${line}` : line)
    const descriptor = descriptors.get(this.#path)
    let written = 0
    try {
      while (written < length) {
        const more = fs.writeSync(descriptor, bytes, written, length - written)
        // A full disk shows as a short write without an error first. Writing nothing at all would never end.
        if (more === 0) throw new Error('The disk took nothing of a record.')
        written += more
      }
      this.#isTorn = false
    } catch (error) {
      this.#isTorn ||= written > 0
      throw error
    }
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
