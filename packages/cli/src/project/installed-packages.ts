import { type Dirent, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A package in a folder of node_modules. */
export interface InstalledPackage {
  readonly name: string
  readonly version: string
  /** Its folder, with symbolic links resolved. */
  readonly folder: string
}

/** Finds a package as Node would from a folder. */
export function findPackage(from: string, name: string): InstalledPackage | undefined {
  return foldersUp(from)
    .map((folder) => readPackage(join(folder, 'node_modules', name)))
    .find((found) => found !== undefined)
}

/** The packages of Retake that can be used in a folder, its command line among them. */
export function findOwnPackages(from: string): readonly InstalledPackage[] {
  const names = foldersUp(from).flatMap((folder) =>
    entriesOf(join(folder, 'node_modules/@retake')).map(({ name }) => `@retake/${name}`),
  )
  return [...new Set([...names, 'retake'])]
    .toSorted()
    .flatMap((name) => findPackage(from, name) ?? [])
}

/**
 * All copies of a package that an app in a folder could load: those that it and the packages of Retake find, and those
 * that lie within other packages.
 */
export function findCopies(from: string, name: string): readonly InstalledPackage[] {
  const users = [from, ...findOwnPackages(from).map(({ folder }) => folder)]
  const used = users.flatMap((folder) => findPackage(folder, name) ?? [])
  const nested = foldersUp(from).flatMap((folder) =>
    copiesWithin(join(folder, 'node_modules'), name),
  )
  const copies = new Map([...used, ...nested].map((copy) => [copy.folder, copy]))
  return [...copies.values()].toSorted((one, other) => (one.folder < other.folder ? -1 : 1))
}

// Links are not followed: what they lead to is found by who uses it.
function copiesWithin(modules: string, name: string): readonly InstalledPackage[] {
  const copy = readPackage(join(modules, name))
  const packages = foldersIn(modules).flatMap((each) =>
    each.startsWith('@') ? foldersIn(join(modules, each)).map((inner) => join(each, inner)) : each,
  )
  const nested = packages.flatMap((each) => copiesWithin(join(modules, each, 'node_modules'), name))
  return copy ? [copy, ...nested] : nested
}

function foldersIn(folder: string): readonly string[] {
  return entriesOf(folder).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
}

function readPackage(folder: string): InstalledPackage | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      readonly name?: string
      readonly version?: string
    }
    const { name = '', version = '' } = manifest
    return { name, version, folder: realpathSync(folder) }
  } catch {
    return undefined
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries.filter(({ name }) => !name.startsWith('.'))
  } catch {
    return []
  }
}

function foldersUp(from: string): readonly string[] {
  const parent = dirname(from)
  return parent === from ? [from] : [from, ...foldersUp(parent)]
}
