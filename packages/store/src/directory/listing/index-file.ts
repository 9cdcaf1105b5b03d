import { JOURNAL_LIMITS, newId, wallMs } from '@retake/format'
import type { Disk } from '../../disk/file-system.ts'
import { idOfLine } from './index-line.ts'

/** Raised whenever a summary says something else than before. Versions leave each other's files alone. */
const INDEX_VERSION = 2

const NAME = `.index.v${INDEX_VERSION}.jsonl`
const HEADER = JSON.stringify({ format: 'retake-index', v: INDEX_VERSION })
const OWNER_ONLY = 0o600
const ABANDONED_MS = 3_600_000

/** Lines of an index, by the id of their session. */
export type IndexLines = ReadonlyMap<string, string>

/** Reads the index of a folder. Whatever is wrong with it, it is as if there was none. */
export function readIndexFile(disk: Disk, folder: string): IndexLines {
  const lines = new Map<string, string>()
  const text = readAscii(disk, disk.path.join(folder, NAME)) ?? ''
  if (!text.startsWith(`${HEADER}\n`)) return lines
  for (let at = HEADER.length + 1; at < text.length;) {
    const end = text.indexOf('\n', at)
    // The last line was cut off.
    if (end === -1) break
    const line = text.slice(at, end)
    lines.set(idOfLine(line), line)
    at = end + 1
  }
  return lines
}

/**
 * Puts an index in the place of the one before, at once: others find the one or the other. Where that does not
 * work there is none, and lists take longer.
 */
export function writeIndexFile({ fs, path }: Disk, folder: string, lines: IndexLines): void {
  const temporary = path.join(folder, `${NAME}.${newId()}`)
  try {
    removeAbandoned({ fs, path }, folder)
    const text = `${[HEADER, ...lines.values()].join('\n')}\n`
    fs.writeFileSync(temporary, text, { flag: 'wx', mode: OWNER_ONLY })
    fs.renameSync(temporary, path.join(folder, NAME))
  } catch {
    removeFile(fs, temporary)
  }
}

// Of bytes, since the text of a file that is not ASCII would be something else than what was written.
function readAscii({ fs }: Disk, file: string): string | undefined {
  try {
    const stats = fs.lstatSync(file)
    if (!stats.isFile() || stats.size > JOURNAL_LIMITS.maxChars) return undefined
    const bytes = fs.readFileSync(file)
    const { isAscii } = process.getBuiltinModule('node:buffer')
    return isAscii(bytes) ? bytes.toString('latin1') : undefined
  } catch {
    return undefined
  }
}

// Of processes that died while they wrote.
function removeAbandoned({ fs, path }: Disk, folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    if (!name.startsWith(`${NAME}.`)) continue
    const file = path.join(folder, name)
    const stats = fs.lstatSync(file, { throwIfNoEntry: false })
    if (stats && wallMs() - stats.mtimeMs > ABANDONED_MS) removeFile(fs, file)
  }
}

function removeFile(fs: Disk['fs'], file: string): void {
  try {
    fs.rmSync(file, { force: true })
  } catch {}
}
