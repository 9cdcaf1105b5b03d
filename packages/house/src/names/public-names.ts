import { posix } from 'node:path'
import type { SourcePackage } from '../source/source-package.ts'
import type { CodeImport } from './code-imports.ts'
import { exportedNames, plainName } from './exported-names.ts'

/** The exported names of each entry, by the specifier that imports it, such as `@retake/fetch/register`. */
export type PublicNames = ReadonlyMap<string, readonly string[]>

/**
 * Reads the exported names of all entries of a package.
 *
 * @throws {Error} when an entry does not say where its source is, or the source does not list its names.
 */
export function readPublicNames({ name, entries, files }: SourcePackage): PublicNames {
  const code = [...entries].filter(([subpath]) => !subpath.endsWith('.json'))
  return new Map(
    code.map(([subpath, source]) => {
      const path = posix.relative('src', source ?? '')
      const text = files.get(path)
      if (text === undefined) throw new Error(`"${subpath}" of ${name} names no source file`)
      return [posix.join(name, subpath), exportedNames(path, text)]
    }),
  )
}

/** Writes public names with one on a line, beneath the entry that exports them. */
export function formatPublicNames(names: PublicNames): string {
  const blocks = [...names].map(([entry, exported]) =>
    [entry, ...exported.map((name) => `  ${name}`)].join('\n'),
  )
  return `${blocks.join('\n\n')}\n`
}

/** What code imports from the packages at hand although they do not export it. */
export function unknownImports(imports: readonly CodeImport[], names: PublicNames): string[] {
  const packages = new Set(Array.from(names.keys(), packageName))
  return imports.flatMap(({ specifier, name }) => {
    if (!packages.has(packageName(specifier))) return []
    const exported = names.get(specifier)
    if (exported === undefined) return [`there is no ${specifier}`]
    if (name === undefined || exported.some((each) => plainName(each) === name)) return []
    return [`${specifier} exports no ${name}`]
  })
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
