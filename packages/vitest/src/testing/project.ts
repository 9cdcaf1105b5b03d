import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'

const PACKAGE = join(import.meta.dirname, '../..')
const VITEST = join(PACKAGE, 'node_modules/vitest')

const CONFIG = `
import { defineConfig } from 'vitest/config'
import { retake } from '@retake/vitest/plugin'
// As packages that are installed, ours are loaded by Node, which takes no TypeScript in the contexts of vmThreads.
const EXTERNAL = process.argv.includes('--pool=vmThreads') ? [] : [/\\/packages\\/[a-z-]+\\/src\\//]
const CONDITIONS = ['@retake/source', 'node', 'development|production']
export default defineConfig({
  plugins: [retake()],
  test: { pool: 'threads', server: { deps: { external: EXTERNAL } } },
  ssr: { resolve: { conditions: CONDITIONS, externalConditions: CONDITIONS } },
})
`

// An agent that counts how often it is asked for real.
const AGENT = `
import { appendFileSync } from 'node:fs'
import { call, recorded } from '@retake/core'
export function live(what: string): void {
  appendFileSync(new URL('./live.log', import.meta.url), what + '\\n')
}
export function ask(prompt: string): Promise<string> {
  const summarize = () => ({ usage: { inputTokens: 40, outputTokens: 2 }, costUsd: 0.01 })
  return call({ kind: 'llm', name: 'model', request: { prompt }, summarize }, async () => {
    live(prompt)
    return 'answer to ' + prompt
  })
}
export const weather = recorded('tool', 'weather', async ({ city }: { city: string }) => {
  live(city)
  return { city, degrees: 21 }
})
`

/** How a run of vitest ended. */
interface Ended {
  readonly code: number | null
  readonly output: string
  /** By the full name of the test. */
  readonly tests: Readonly<Record<string, TestReport>>
}

/** A test, as vitest reports it. */
interface TestReport {
  readonly status: string
  readonly messages: string
}

/** A project with real tests, in a folder of its own. */
export interface Project {
  readonly folder: string
  write(file: string, content: string): void
  read(file: string): string
  remove(file: string): void
  /** Names of its cassettes, with what their tests' files are. */
  cassettes(): readonly string[]
  /** What was asked for real so far, and forgets it. */
  takeLive(): readonly string[]
  /** Runs vitest. `CI` is not set unless `env` does so. */
  run(args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>
  clear(): void
}

interface JsonReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[] | null
    }[]
  }[]
}

/** Makes a project of these files, besides an agent and a config. */
export function createProject(files: Readonly<Record<string, string>>): Project {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'retake-vitest-')))
  linkPackages(folder)
  const project: Project = {
    folder,
    write(file, content) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), content)
    },
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    remove: (file) => rmSync(join(folder, file), { recursive: true, force: true }),
    cassettes: () => globSync('**/*.cassette.json', { cwd: folder }).toSorted(),
    takeLive() {
      const log = join(folder, 'live.log')
      const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []
      rmSync(log, { force: true })
      return lines
    },
    async run(args = [], env = {}) {
      const report = join(folder, 'report.json')
      rmSync(report, { force: true })
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${report}`]
      const child = startVitest(folder, ['run', ...reporters, ...args], env)
      const [output, errors, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit'),
      ])
      return { code: code as number | null, output: output + errors, tests: readReport(report) }
    },
    clear: () => rmSync(folder, { recursive: true, force: true }),
  }
  const all = {
    'package.json': '{ "type": "module" }',
    'vitest.config.ts': CONFIG,
    'agent.ts': AGENT,
    ...files,
  }
  for (const [file, content] of Object.entries(all)) project.write(file, content)
  return project
}

/** Starts vitest in a folder. */
export function startVitest(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ReturnType<typeof spawn> & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream } {
  const { CI: _ci, VITEST: _vitest, RETAKE_MODE: _mode, ...own } = process.env
  // Node reads the config, and so the plugin, by the condition that stands for our sources.
  const command = [join(VITEST, 'vitest.mjs'), '--configLoader=native', ...args]
  const child = spawn(process.execPath, command, {
    cwd: folder,
    env: { ...own, NODE_OPTIONS: '--conditions=@retake/source', NO_COLOR: '1', ...env },
  })
  return child
}

// The folder finds packages as one does in which they are installed.
function linkPackages(folder: string): void {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '@retake'), { recursive: true })
  symlinkSync(PACKAGE, join(modules, '@retake/vitest'))
  symlinkSync(join(PACKAGE, 'node_modules/@retake/core'), join(modules, '@retake/core'))
  symlinkSync(VITEST, join(modules, 'vitest'))
}

function readReport(file: string): Ended['tests'] {
  if (!existsSync(file)) return {}
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as JsonReport
  return Object.fromEntries(
    testResults.flatMap(({ assertionResults }) =>
      assertionResults.map(({ fullName, status, failureMessages }) => [
        fullName,
        { status, messages: (failureMessages ?? []).join('\n') },
      ]),
    ),
  )
}
