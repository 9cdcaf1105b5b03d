import { invalidCassette, CASSETTE_LIMITS } from '@retake/format/cassette-file'
import { RetakeError, newId } from '@retake/format'
import { type Disk, hasCode } from '../disk/file-system.ts'

type Blobs = ReadonlyMap<string, Uint8Array>

const READABLE_BY_ALL = 0o644
const BLOB_NAME = /^[0-9a-f]{64}$/
const ATTRIBUTES = '.gitattributes'

/** Writes the blobs that are not there yet. */
export function writeBlobs(disk: Disk, folder: string, blobs: Blobs): void {
  if (blobs.size === 0) return
  const { fs, path } = disk
  if (fs.lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new RetakeError(
      'OPTION_INVALID',
      `${folder} is a symbolic link. Put a folder in its place.`,
    )
  }
  fs.mkdirSync(folder, { recursive: true })
  // Git on Windows would turn LF into CRLF in blobs that are text, and they would not match their names.
  replaceFile(disk, path.join(folder, ATTRIBUTES), '* -text\n')
  for (const [name, bytes] of blobs) {
    const file = path.join(folder, name)
    if (!holds(disk, file, bytes)) replaceFile(disk, file, bytes)
  }
}

/** Removes blobs that are not named any more, and the folder when none is left. */
export function removeOtherBlobs({ fs, path }: Disk, folder: string, blobs: Blobs): void {
  if (!fs.lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  for (const name of fs.readdirSync(folder)) {
    if (BLOB_NAME.test(name) && !blobs.has(name)) fs.rmSync(path.join(folder, name))
  }
  if (blobs.size > 0) return
  fs.rmSync(path.join(folder, ATTRIBUTES), { force: true })
  if (fs.readdirSync(folder).length === 0) fs.rmdirSync(folder)
}

/** Writes a file so that it is there whole or not at all. A symbolic link is replaced, not followed. */
export function replaceFile({ fs, path }: Disk, file: string, data: string | Uint8Array): void {
  // Not the name and something more: the name may be as long as names can be.
  const temporary = path.join(path.dirname(file), `.${newId()}.tmp`)
  try {
    fs.writeFileSync(temporary, data, { flag: 'wx', mode: READABLE_BY_ALL, flush: true })
    fs.renameSync(temporary, file)
  } catch (error) {
    fs.rmSync(temporary, { force: true })
    throw error
  }
}

/** Reads a file that may be anything. */
export function readBounded({ fs }: Disk, path: string): Uint8Array {
  const found = fs.statSync(path)
  if (!found.isFile()) throw invalidCassette('format', 'it is not a file')
  if (found.size > CASSETTE_LIMITS.maxChars) {
    throw invalidCassette('size', `it is longer than ${CASSETTE_LIMITS.maxChars} bytes`)
  }
  return fs.readFileSync(path)
}

function holds(disk: Disk, path: string, bytes: Uint8Array): boolean {
  try {
    return Buffer.compare(readBounded(disk, path), bytes) === 0
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    throw error
  }
}
