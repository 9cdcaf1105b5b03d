import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { readImports, type Import } from './imports.ts'
import type { SourcePackage } from './source-package.ts'

/** What an import leads to. */
type Target =
  /** A file of the same package, by its path from `src`. */
  | { readonly kind: 'file'; readonly path: string }
  /** Within `src`, where no source of that name is. */
  | { readonly kind: 'no-source'; readonly path: string }
  /** By a path that leaves the package. */
  | { readonly kind: 'outside' }
  | { readonly kind: 'package'; readonly name: string; readonly subpath: string }
  /** A builtin of Node, or a file of the package beside `src`. */
  | { readonly kind: 'other' }

/** One import, with the file that has it and what it leads to. */
export interface Arrow extends Import {
  /** Path of the importing file from `src`. */
  readonly from: string
  readonly target: Target
}

/** All imports of a package, and the builtins of Node that each file names. */
export interface PackageImports {
  readonly arrows: readonly Arrow[]
  readonly builtins: ReadonlyMap<string, readonly string[]>
}

/** Reads what all files of a package import. */
export function readPackageImports(source: SourcePackage): PackageImports {
  const arrows: Arrow[] = []
  const builtins = new Map<string, readonly string[]>()
  for (const [from, text] of source.files) {
    const read = readImports(from, text)
    builtins.set(from, read.builtins)
    for (const each of read.imports) {
      arrows.push({ ...each, from, target: resolveImport(source, from, each.specifier) })
    }
  }
  return { arrows, builtins }
}

function resolveImport(source: SourcePackage, from: string, specifier: string): Target {
  if (specifier.startsWith('.') || specifier.startsWith('/')) {
    return resolvePath(source, posix.join('src', posix.dirname(from), specifier))
  }
  if (isBuiltin(specifier)) return { kind: 'other' }

  const target = packageOf(specifier)
  if (target.name !== source.name) return target
  // A package may import itself by name, which is an import of the file behind the name.
  const entry = source.entries.get(target.subpath)
  return entry === undefined ? target : resolvePath(source, posix.normalize(entry))
}

function resolvePath({ files }: SourcePackage, path: string): Target {
  if (path.startsWith('../') || path === '..') return { kind: 'outside' }
  if (!path.startsWith('src/')) return { kind: 'other' }

  const inSrc = path.slice('src/'.length)
  if (files.has(inSrc)) return { kind: 'file', path: inSrc }
  return inSrc.endsWith('.json') ? { kind: 'other' } : { kind: 'no-source', path: inSrc }
}

function packageOf(specifier: string): Target & { kind: 'package' } {
  const parts = specifier.split('/')
  const nameParts = specifier.startsWith('@') ? 2 : 1
  const subpath = ['.', ...parts.slice(nameParts)].join('/')
  return { kind: 'package', name: parts.slice(0, nameParts).join('/'), subpath }
}
