import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '../../../..')
const FENCE = /^```ts\n(.*?)^```$/gms

/** A TypeScript example of a page. */
export interface Example {
  /** Such as `packages/core/README.md, example 1`. */
  readonly name: string
  readonly code: string
}

/** A folder in which examples find the packages that they import. */
export interface Workbench {
  readonly folder: string
  /** Writes an example there, and gives the path of its file. */
  write(example: Example): string
  clear(): void
}

/** All examples of the pages that a user reads. */
export function readExamples(): readonly Example[] {
  const pages = globSync(['README.md', 'docs/**/*.md', 'packages/*/README.md'], { cwd: ROOT })
  return pages.toSorted().flatMap((page) => {
    const text = readFileSync(join(ROOT, page), 'utf8')
    return [...text.matchAll(FENCE)].map(([, code = ''], index) => ({
      name: `${page}, example ${index + 1}`,
      code,
    }))
  })
}

/** Makes a folder inside this package, since a module is looked up from where it is imported from. */
export function createWorkbench(): Workbench {
  const parent = join(import.meta.dirname, '../../.examples')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'run-'))
  return {
    folder,
    write({ name, code }) {
      const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.ts`)
      writeFileSync(file, code)
      return file
    },
    clear: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** What the compiler says of some files; nothing when they are right. */
export function compile(files: readonly string[]): string {
  const [first] = files
  if (first === undefined) return ''
  const config = join(dirname(first), 'tsconfig.json')
  const compilerOptions = { isolatedDeclarations: false, declaration: false, noUnusedLocals: false }
  const extended = join(ROOT, 'tsconfig.base.json')
  const names = files.map((file) => basename(file))
  writeFileSync(config, JSON.stringify({ extends: extended, compilerOptions, files: names }))
  const tsc = join(ROOT, 'node_modules/.bin/tsc')
  const { stdout, stderr } = spawnSync(tsc, ['-p', config], { encoding: 'utf8' })
  return stdout + stderr
}
