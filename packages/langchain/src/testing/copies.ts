import { link, mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

const own = join(import.meta.dirname, '../../node_modules')

/** A folder with copies of packages of LangChain, as a package manager leaves them where versions do not agree. */
export interface Copies {
  /** The path of a file in it. */
  at(...path: readonly string[]): string
  remove(): Promise<void>
}

/** Copies `@langchain/core` and `@langchain/openai` with all that they need, so that they share no module with ours. */
export async function copyLangChain(): Promise<Copies> {
  const parent = join(own, '.copies')
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(join(parent, 'app-'))
  const modules = join(folder, 'node_modules')
  for (const name of ['core', 'openai']) await copyPackage(name, modules)
  return {
    at: (...path) => join(modules, ...path),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function copyPackage(name: string, modules: string): Promise<void> {
  const source = await realpath(join(own, '@langchain', name))
  await linkFiles(source, join(modules, '@langchain', name))
  await linkBeside(dirname(dirname(source)), modules)
}

// Hard links: one file by another path is another module.
async function linkFiles(source: string, target: string): Promise<void> {
  const entries = await readdir(source, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && isCode(entry.name))
    .map(({ parentPath, name }) => relative(source, join(parentPath, name)))
  const folders = new Set(files.map((file) => dirname(join(target, file))))
  await Promise.all([...folders].map((folder) => mkdir(folder, { recursive: true })))
  await Promise.all(files.map((file) => link(join(source, file), join(target, file))))
}

const isCode = (file: string) => !/\.(?:map|d\.c?ts)$/.test(file)

/** Links what a package manager has put beside a package: what it depends on. */
async function linkBeside(siblings: string, modules: string): Promise<void> {
  for (const entry of await readdir(siblings)) {
    if (entry === '@langchain' || entry === '.bin') continue
    const inner = entry.startsWith('@') ? await readdir(join(siblings, entry)) : ['']
    for (const name of inner)
      await linkFolder(join(siblings, entry, name), join(modules, entry, name))
  }
}

async function linkFolder(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  await symlink(source, target).catch(ignoreExisting)
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
