import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createFolder } from './record.ts'

const INSTALLED = fileURLToPath(new URL('../../node_modules', import.meta.url))

/** Files of a project by name; what is no text becomes JSON. */
export type Files = Readonly<Record<string, unknown>>

/** A project for one test, with what this package has installed where `isInstalled`. */
export function createProject(files: Files, isInstalled = false): string {
  const folder = createFolder()
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  }
  if (isInstalled) symlinkSync(INSTALLED, join(folder, 'node_modules'), 'junction')
  return folder
}

/** The files of a project, as they are now. */
export function readFiles(
  folder: string,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}
