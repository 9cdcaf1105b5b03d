import { readdirSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { CommandError } from '../failure.ts'

/** How cassettes are named in the help of commands. */
export const PATHS_HELP =
  'cassettes, or folders of them; by default all below this folder. Other files are skipped'

export interface FoundCassettes {
  /** Absolute, by name, each one once. */
  readonly files: readonly string[]
  /** What was named and is not there, as it was named. */
  readonly missing: readonly string[]
}

const SUFFIX = '.cassette.json'
const BLOBS = '.blobs'
const NOT_OURS: ReadonlySet<string> = new Set(['node_modules', '.git', 'dist', '.retake'])

/**
 * Finds the cassettes that paths name: files, folders, and blobs, which stand for their cassette. What is no
 * cassette is skipped, so that a list of all changed files can be given.
 */
export function findCassettes({ cwd }: Context, paths: readonly string[]): FoundCassettes {
  const named = paths.length === 0 ? ['.'] : paths
  const files = new Set<string>()
  const missing: string[] = []
  for (const path of named) {
    const found = cassettesAt(resolve(cwd, path))
    if (found === undefined) missing.push(path)
    else for (const file of found) files.add(file)
  }
  return { files: [...files].toSorted(), missing }
}

/** Fails when something that was named is not there. */
export function requireFound({ files, missing: [first] }: FoundCassettes): readonly string[] {
  if (first === undefined) return files
  throw new CommandError('FILE_NOT_FOUND', EXIT.notFound, `There is no file or folder ${first}.`)
}

/** A file as it is named in what is printed: seen from the current folder, with `/`. */
export function nameOf({ cwd }: Context, file: string): string {
  return relative(cwd, file).replaceAll(sep, '/')
}

/** The folder of a cassette's blobs. */
export function blobFolderOf(file: string): string {
  return `${file.slice(0, -SUFFIX.length)}${BLOBS}`
}

function cassettesAt(path: string): readonly string[] | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isDirectory()) {
    return path.endsWith(BLOBS) ? cassetteOfBlobs(path) : cassettesBelow(path)
  }
  const folder = dirname(path)
  // A blob that is gone was changed too, and so was its cassette.
  if (folder.endsWith(BLOBS)) return cassetteOfBlobs(folder)
  if (stats === undefined) return undefined
  return path.endsWith(SUFFIX) ? [path] : []
}

function cassetteOfBlobs(folder: string): readonly string[] {
  const file = `${folder.slice(0, -BLOBS.length)}${SUFFIX}`
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? [file] : []
}

// Symbolic links are not followed: what they lead to may lie outside, or above.
function cassettesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : cassettesBelow(path)
    return entry.isFile() && entry.name.endsWith(SUFFIX) ? [path] : []
  })
}
