import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Change } from './change.ts'
import { splitLines } from './insertion.ts'

const FILE = '.gitignore'

/** Keeps sessions out of the repository: what was asked and answered is in them. */
export function ignoreSessions(folder: string): Change {
  const path = join(folder, FILE)
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const lines = splitLines(text)
  const isThere = lines.some((line) => /^(?:\*\*)?\/?\.retake\/?(?:\*\*?)?\s*$/.test(line))
  if (isThere) return { kind: 'there', file: FILE, reason: 'it has .retake/' }
  const insertions = [{ after: lines.length, lines: ['.retake/'] }]
  return { kind: 'edit', file: FILE, text, insertions }
}
