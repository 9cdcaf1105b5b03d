import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Change, Edit } from './change.ts'
import { formatDiff, insertLines } from './insertion.ts'
import { isSyntaxValid } from './syntax.ts'

/** What became of a change. */
export interface Written {
  readonly file: string
  /** `written`, or `possible` when nothing was to be written; `there` and `by-hand` as in `Change`. */
  readonly state: 'written' | 'possible' | 'there' | 'by-hand'
  /** What was put in, as a unified diff. */
  readonly diff?: string
  readonly reason?: string
}

/** Makes the changes, or only tells of them. What could not be parsed any more is not written. */
export function writeChanges(
  folder: string,
  changes: readonly Change[],
  isWriting: boolean,
): readonly Written[] {
  return changes.map((change) => {
    if (change.kind !== 'edit') {
      const { file, kind, reason } = change
      return { file, state: kind, reason }
    }
    return writeEdit(folder, change, isWriting)
  })
}

function writeEdit(folder: string, { file, text, insertions }: Edit, isWriting: boolean): Written {
  const changed = insertLines(text, insertions)
  if (/\.[cm]?[jt]s$/.test(file) && !isSyntaxValid(changed)) {
    return { file, state: 'by-hand', reason: 'it could not be parsed after the change' }
  }
  if (isWriting) writeFileSync(join(folder, file), changed)
  const state = isWriting ? 'written' : 'possible'
  return { file, state, diff: formatDiff(file, text, insertions) }
}
