import type { Stats } from 'node:fs'
import { type Disk, hasCode } from '../../disk/file-system.ts'
import type { SessionFile } from '../../journal-files/session-files.ts'

/** All files of one session in a folder. */
export interface StoredSession {
  readonly id: string
  readonly files: readonly SessionFile[]
}

/** Puts files together that are of one session. They come by name, so that these follow each other. */
export function groupFiles(files: readonly SessionFile[]): readonly StoredSession[] {
  const groups: { id: string; files: SessionFile[] }[] = []
  for (const file of files) {
    const last = groups.at(-1)
    if (last?.id === file.id) last.files.push(file)
    else groups.push({ id: file.id, files: [file] })
  }
  return groups
}

/** A file as it is now. */
export interface StampedFile extends SessionFile {
  readonly path: string
  readonly size: number
  /** When anything of it was changed. Nobody but the system can set it. */
  readonly changedMs: number
  /** Another one for another file in its place. */
  readonly inode: number
}

/** Looks at files without reading them. Those that are gone, or are no plain files any more, are left out. */
export function stampFiles(
  { fs, path: { sep } }: Disk,
  folder: string,
  { files }: StoredSession,
): readonly StampedFile[] {
  const stamped: StampedFile[] = []
  for (const file of files) {
    // The folder is whole, so that to join it would cost as much as to look at the file, and change nothing.
    const path = folder + sep + file.name
    const stats = look(fs, path)
    if (!stats?.isFile()) continue
    const { size, ctimeMs: changedMs, ino: inode } = stats
    stamped.push({ ...file, path, size, changedMs, inode })
  }
  return stamped
}

// Who may see the names in a folder may not always look at the files.
function look(fs: Disk['fs'], path: string): Stats | undefined {
  try {
    return fs.lstatSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (hasCode(error, 'EACCES')) return undefined
    throw error
  }
}
