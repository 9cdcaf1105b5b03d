import type { SourcePackage } from '../source/source-package.ts'

/** Files by their path. */
export type PlantedFiles = Readonly<Record<string, string>>

/** What a planted package is besides its files. */
export interface PlantedOptions {
  name?: string
  /** Source files by the names of its exports. */
  entries?: Readonly<Record<string, string>>
}

/** A package that is in no folder, of files given by their path from `src`. */
export function plantedPackage(
  files: PlantedFiles,
  { name = '@house/planted', entries = { '.': './src/index.ts' } }: PlantedOptions = {},
): SourcePackage {
  return {
    name,
    folder: 'packages/planted',
    isPublished: true,
    entries: new Map(Object.entries(entries)),
    files: new Map(Object.entries(files)),
  }
}
