import { existsSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { EXIT } from '../exit-codes.ts'
import { CommandError } from '../failure.ts'

/** Where the app is that a test sends requests to. */
export interface AppModule {
  /** Whole path. */
  readonly file: string
  /** Name of the export; `default` for the default one. */
  readonly exported: string
}

const NAMES = ['app', 'server', 'index', 'main']
const FOLDERS = ['src', '.', 'app', 'lib']
const EXTENSIONS = ['ts', 'tsx', 'mts', 'js', 'mjs']
const EXPORTS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['app', /\bexport\s+(?:const|let|var|function)\s+app\b|\bexport\s*\{[^}]*\bapp\b[^}]*\}/],
  ['server', /\bexport\s+(?:const|let|var)\s+server\b|\bexport\s*\{[^}]*\bserver\b[^}]*\}/],
  ['handler', /\bexport\s+(?:const|(?:async\s+)?function)\s+handler\b/],
  ['default', /\bexport\s+default\b/],
]
const MAKES_APP = /\bexpress\(\)|\bnew\s+(?:OpenAPI)?Hono\b|\bcreateServer\(/

/**
 * Finds the module that exports the app.
 *
 * @param named `src/app.ts` or `src/app.ts#app`; without it the usual places are looked at.
 * @throws {CommandError} `APP_NOT_FOUND`, with what to do.
 */
export function findApp(cwd: string, named: string | undefined): AppModule {
  return named === undefined ? lookAround(cwd) : readNamed(cwd, named)
}

function readNamed(cwd: string, named: string): AppModule {
  const [path = '', name] = named.split('#')
  const file = resolve(cwd, path)
  if (!existsSync(file)) throw notFound(`There is no file ${path}.`)
  const exported = name ?? exportOf(file)
  if (exported !== undefined) return { file, exported }
  throw notFound(
    `${path} exports nothing that looks like an app. Name the export: --app ${path}#app`,
  )
}

function lookAround(cwd: string): AppModule {
  const files = FOLDERS.flatMap((folder) =>
    NAMES.flatMap((name) =>
      EXTENSIONS.map((extension) => join(cwd, folder, `${name}.${extension}`)),
    ),
  ).filter((file) => existsSync(file))
  for (const file of files) {
    const exported = exportOf(file)
    if (exported !== undefined) return { file, exported }
  }
  const silent = files.find((file) => MAKES_APP.test(readFileSync(file, 'utf8')))
  throw notFound(
    silent
      ? `${relative(cwd, silent)} makes an app and does not export it. Add "export { app }" there.`
      : 'No module that exports an app was found. Name it with --app src/app.ts#app',
  )
}

function exportOf(file: string): string | undefined {
  const text = readFileSync(file, 'utf8')
  return EXPORTS.find(([, pattern]) => pattern.test(text))?.[0]
}

function notFound(message: string): CommandError {
  return new CommandError('APP_NOT_FOUND', EXIT.notFound, message)
}
