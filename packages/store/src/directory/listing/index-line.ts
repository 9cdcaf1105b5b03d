import { isSummary, type SessionSummary } from '@retake/format'
import type { StampedFile } from './stored-session.ts'

// What is longer is read from its session each time: an index is short, or it is no use.
const MAX_CHARS = 2 ** 14

/**
 * The line of a session in an index, in ASCII: its id, its files as they were, and its summary.
 *
 * @param summary `undefined` when the session cannot be read.
 * @returns `undefined` for what is too long.
 */
export function formatLine(
  id: string,
  files: readonly StampedFile[],
  summary: SessionSummary | undefined,
): string | undefined {
  const line = JSON.stringify([id, files.flatMap(stampOf), summary ?? null])
  return line.length > MAX_CHARS ? undefined : line.replaceAll(/[\u0080-\uFFFF]/g, escape)
}

/** The session that a line is of. */
export function idOfLine(line: string): string {
  return line.slice(2, line.indexOf('"', 2))
}

/**
 * What a line says of a session whose files are as they are now.
 *
 * @returns `undefined` when it says nothing that can be trusted: it is of other files, or not as it would have
 * been written.
 */
export function readLine(
  line: string,
  id: string,
  files: readonly StampedFile[],
): { readonly summary: SessionSummary | undefined } | undefined {
  const [lineId, stamps, summary] = parse(line)
  if (lineId !== id || !isSame(stamps, files)) return undefined
  if (summary === null) return { summary: undefined }
  return isSummary(summary) && summary.id === id ? { summary } : undefined
}

// In one list for all files, since there is one line for each of thousands of sessions.
function stampOf({ writer = '', size, changedMs, inode }: StampedFile): readonly unknown[] {
  return [writer, size, changedMs, inode]
}

function isSame(stamps: unknown, files: readonly StampedFile[]): boolean {
  if (!Array.isArray(stamps)) return false
  const known: readonly unknown[] = stamps
  let at = 0
  for (const { writer = '', size, changedMs, inode } of files) {
    if (known[at++] !== writer || known[at++] !== size) return false
    if (known[at++] !== changedMs || known[at++] !== inode) return false
  }
  return at === known.length
}

function escape(character: string): string {
  return String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function parse(line: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(line)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
