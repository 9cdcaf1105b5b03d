import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** A file of an app. */
export interface Source {
  /** Seen from the folder of the project, with `/`. */
  readonly file: string
  readonly text: string
}

const SOURCE = /\.[cm]?[jt]s$/
const NO_APP = /\.d\.[cm]?ts$|\.(?:test|spec|config|bench|stories)\.[cm]?[jt]s$/
const NO_SOURCES: ReadonlySet<string> = new Set([
  'node_modules',
  'dist',
  'build',
  'out',
  'coverage',
  'test',
  'tests',
  '__tests__',
  'vendor',
  'public',
])
const MAX_FILES = 2_000
const MAX_CHARS = 2 ** 20

/** The sources of a project, but for tests, and other packages below it. */
export function findSources(folder: string): readonly Source[] {
  return filesBelow(folder)
    .slice(0, MAX_FILES)
    .map((path) => ({
      file: relative(folder, path).replaceAll(sep, '/'),
      text: readFileSync(path, 'utf8'),
    }))
    .filter(({ text }) => text.length <= MAX_CHARS)
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.name.startsWith('.')) return []
    if (entry.isFile()) return SOURCE.test(entry.name) && !NO_APP.test(entry.name) ? [path] : []
    const isOurs = entry.isDirectory() && !NO_SOURCES.has(entry.name)
    return isOurs && !existsSync(join(path, 'package.json')) ? filesBelow(path) : []
  })
}
