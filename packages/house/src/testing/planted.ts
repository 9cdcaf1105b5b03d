import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
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

/** Writes files into a folder of their own, which goes when the test ends. */
export function plantFolder(files: PlantedFiles): string {
  const root = mkdtempSync(join(tmpdir(), 'retake-house-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}
