import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readEntries, type SourcePackage } from './source-package.ts'

/** The root of this repository. */
export const REPOSITORY: string = join(import.meta.dirname, '../../../..')

const FOLDERS = ['packages/*', 'apps/*', 'apps/examples/*']

/** Reads every package of a repository, sorted by folder. */
export function readWorkspace(root: string = REPOSITORY): SourcePackage[] {
  const manifests = FOLDERS.flatMap((folder) => globSync(`${folder}/package.json`, { cwd: root }))
  return manifests.toSorted().map((manifest) => readPackage(root, dirname(manifest)))
}

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports?: unknown
}

function readPackage(root: string, folder: string): SourcePackage {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest
  return {
    name: manifest.name,
    folder,
    isPublished: manifest.private !== true,
    entries: readEntries(manifest.exports),
    files: readSources(join(root, folder, 'src')),
  }
}

function readSources(src: string): Map<string, string> {
  if (!existsSync(src)) return new Map()
  const paths = globSync('**/*.{ts,mts,cts}', { cwd: src })
  const sources = paths.filter((path) => !/\.(test|d)\.[mc]?ts$/.test(path)).toSorted()
  return new Map(sources.map((path) => [path, readFileSync(join(src, path), 'utf8')]))
}
