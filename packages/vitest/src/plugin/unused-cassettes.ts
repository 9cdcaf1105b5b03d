import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestModule } from 'vitest/node'
import { CASSETTE_FOLDER, cassetteFolder } from '../cassette-path.ts'

const SUFFIX = '.cassette.json'
const NOT_LOOKED_INTO = /^(?:\.|node_modules$|dist$)/

/** The cassettes of the tests of a file, as far as they have been collected. */
export function usedCassettes(module: TestModule): readonly string[] {
  const folder = cassetteFolder(module.moduleId)
  return [...module.children.allTests()].flatMap((test) => {
    const { retake } = test.meta()
    return retake === undefined ? [] : [join(folder, retake.cassette)]
  })
}

/** Cassettes of a test file that has been collected which none of its tests uses. */
export function unusedOf(module: TestModule): readonly string[] {
  if (!isCollected(module)) return []
  const used = new Set(usedCassettes(module))
  return cassettesIn(cassetteFolder(module.moduleId)).filter(
    (path) => !used.has(path) && !isOfRequest(path),
  )
}

/** Cassettes of test files beneath `root` that are not there any more. */
export function orphans(root: string): readonly string[] {
  return foldersBeneath(root).flatMap((folder) => {
    if (!folder.endsWith(CASSETTE_FOLDER)) return []
    const gone = foldersIn(folder).filter((file) => !existsSync(join(dirname(folder), file)))
    return gone.flatMap((file) => cassettesIn(join(folder, file)))
  })
}

// A file that could not be loaded has no tests.
function isCollected(module: TestModule): boolean {
  return module.errors().length === 0 && [...module.children.allTests()].length > 0
}

// What a test sends again nobody knows before it has run, and a filter may leave it out. A cassette that cannot be read
// is for a person to look at.
function isOfRequest(path: string): boolean {
  try {
    const { session } = JSON.parse(readFileSync(path, 'utf8')) as { session: object }
    return 'request' in session
  } catch {
    return true
  }
}

function cassettesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .toSorted()
    .map((name) => join(folder, name))
}

function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && !NOT_LOOKED_INTO.test(entry.name) ? [entry.name] : [],
  )
}

function foldersBeneath(folder: string): readonly string[] {
  return foldersIn(folder).flatMap((name) => {
    const path = join(folder, name)
    return name === CASSETTE_FOLDER ? [path] : foldersBeneath(path)
  })
}
