import { type JournalFile, invalidSession, describeError, isRetakeError } from '@retake/format'
import { type FileSystem, hasCode } from '../disk/file-system.ts'

/** One file of a session. */
export interface SessionFile {
  readonly id: string
  /** Absent for the process that opened the session. */
  readonly writer?: string
  readonly name: string
}

const NAME = /^(?<id>[A-Za-z0-9][A-Za-z0-9_-]{7,127})(?:\.(?<writer>[a-z0-9]{1,32}))?\.jsonl$/
const MAX_LINES = 2 ** 22
const LF = 0x0a

const BYTE_ORDER_MARK = 0xfeff
// No JSON, so that it is corruption, or the end of a line that was cut off.
const NOT_TEXT = '\uFFFD'

let decoder: TextDecoder | undefined

/** Files of sessions in a folder, by name. Symbolic links and what else is not a plain file are left out. */
export async function listSessionFiles(
  fs: FileSystem,
  folder: string,
): Promise<readonly SessionFile[]> {
  const found = await fs.promises
    .readdir(folder, { withFileTypes: true })
    .catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return []
      throw error
    })
  return found
    .filter((file) => file.isFile())
    .flatMap(({ name }) => toSessionFile(name))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

/**
 * Reads a whole file, that of a running session too. Symbolic links and what else is not a plain file are not
 * there. At once, since to wait for a file takes longer than to read most.
 *
 * @returns `undefined` when there is no such file.
 * @throws {ReplayInvalidSessionError} when it is too long, or cannot be read.
 */
export function readWhole(
  fs: FileSystem,
  path: string,
  { id, writer, name }: SessionFile,
  maxBytes: number,
): JournalFile | undefined {
  const place = { id, file: name }
  try {
    const stats = fs.lstatSync(path, { throwIfNoEntry: false })
    if (!stats?.isFile()) return undefined
    if (stats.size > maxBytes) {
      throw invalidSession(place, 'size', `is longer than ${maxBytes} bytes`)
    }
    return { text: readText(fs, path), ...(writer !== undefined && { writer }) }
  } catch (error) {
    if (isRetakeError(error)) throw error
    if (hasCode(error, 'ENOENT')) return undefined
    throw invalidSession(place, 'file', `gives an error (${describeError(error)})`)
  }
}

function toSessionFile(name: string): readonly SessionFile[] {
  const { id, writer } = NAME.exec(name)?.groups ?? {}
  return id === undefined ? [] : [{ id, name, ...(writer !== undefined && { writer }) }]
}

// Reading as text is twice as fast as decoding bytes, and has one sign for all that is not UTF-8.
function readText(fs: FileSystem, path: string): string {
  const text = fs.readFileSync(path, 'utf8')
  if (text.includes(NOT_TEXT)) return decode(fs.readFileSync(path))
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text
}

/**
 * The lines of a journal as text.
 *
 * A line that was cut off inside a character must not spoil the others, and bytes that are not UTF-8 must not
 * become other text unnoticed: such a line turns into one that is not JSON.
 */
export function decode(bytes: Uint8Array): string {
  try {
    return strictUtf8().decode(bytes)
  } catch {
    return decodeLines(bytes).join('\n')
  }
}

function decodeLines(bytes: Uint8Array): readonly string[] {
  const lines: string[] = []
  for (let start = 0; start <= bytes.length && lines.length < MAX_LINES;) {
    const found = bytes.indexOf(LF, start)
    const end = found === -1 ? bytes.length : found
    lines.push(decodeLine(bytes.subarray(start, end)))
    start = end + 1
  }
  return lines.length < MAX_LINES ? lines : [NOT_TEXT, NOT_TEXT]
}

function decodeLine(bytes: Uint8Array): string {
  try {
    return strictUtf8().decode(bytes)
  } catch {
    return NOT_TEXT
  }
}

// Made when a session is read: to make it takes longer than most of what is done at import.
function strictUtf8(): TextDecoder {
  return (decoder ??= new TextDecoder('utf-8', { fatal: true }))
}
