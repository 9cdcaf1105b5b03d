import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Major } from './majors.ts'

const PACKAGE = join(import.meta.dirname, '..')
const APPS = join(import.meta.dirname, 'apps')

// What an app imports, and by which name this package has it.
const ALIASES: Readonly<Record<Major, Readonly<Record<string, string>>>> = {
  5: {
    ai: 'ai-5',
    '@ai-sdk/openai': 'ai-5-openai',
    '@ai-sdk/anthropic': 'ai-5-anthropic',
    '@ai-sdk/openai-compatible': 'ai-5-openai-compatible',
  },
  6: {
    ai: 'ai-6',
    '@ai-sdk/openai': 'ai-6-openai',
    '@ai-sdk/anthropic': 'ai-6-anthropic',
    '@ai-sdk/openai-compatible': 'ai-6-openai-compatible',
  },
  7: {},
}

// Where Node keeps what it has compiled, if it does.
const { NODE_COMPILE_CACHE } = process.env
const COMPILED = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }

interface AppOptions {
  /** Base URL of the provider that the app calls, unless it starts one itself. */
  readonly providerUrl?: string
  readonly environment?: Readonly<Record<string, string>>
  /** Starts it as it is, without the module that wraps the SDK. */
  readonly isBare?: true
}

/** A folder in which `ai` and its providers are those of one major. */
export interface Workbench {
  /** Runs an app to its end, and gives what it printed. */
  run(app: string, options: AppOptions): Promise<string>
  /** Starts an app that prints its URL once it listens. */
  serve(app: string, options: AppOptions): Promise<RunningApp>
  clear(): void
}

interface RunningApp {
  readonly url: string
  stop(): Promise<void>
}

/** Makes a folder inside this package, so that an app finds everything else that it imports. */
export function createWorkbench(major: Major): Workbench {
  const parent = join(PACKAGE, '.examples')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, `ai-${major}-`))
  for (const [name, alias] of Object.entries(ALIASES[major])) link(folder, name, alias)
  return {
    async run(app, options) {
      const child = start(folder, app, options)
      const [printed, errors, [code]] = await Promise.all([
        text(child.stdout!),
        text(child.stderr!),
        once(child, 'exit'),
      ])
      if (code !== 0) throw new Error(`${app} ended with ${String(code)}: ${errors}`)
      return printed
    },
    serve: (app, options) => serve(start(folder, app, options)),
    clear: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function link(folder: string, name: string, alias: string): void {
  const path = join(folder, 'node_modules', name)
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(realpathSync(join(PACKAGE, 'node_modules', alias)), path)
}

function start(
  folder: string,
  app: string,
  { providerUrl, environment, isBare }: AppOptions,
): ChildProcess {
  const file = join(folder, app)
  copyFileSync(join(APPS, app), file)
  const register = isBare ? [] : ['--import', '@retake/ai-sdk/register']
  const flags = ['--conditions=@retake/source', '--no-warnings', ...register]
  return spawn(process.execPath, [...flags, file], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      ...COMPILED,
      RETAKE_REPLAY_ENABLED: '1',
      OPENAI_API_KEY: 'none',
      ...(providerUrl === undefined ? {} : { OPENAI_BASE_URL: providerUrl }),
      ...environment,
    },
  })
}

async function serve(child: ChildProcess): Promise<RunningApp> {
  const errors = text(child.stderr!)
  for await (const url of createInterface({ input: child.stdout! })) {
    return { url, stop: () => stop(child) }
  }
  throw new Error(`The app ended before it served: ${await errors}`)
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill()
  await ended
}
