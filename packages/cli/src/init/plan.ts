import { installCommands } from '../project/package-manager.ts'
import { type Project, uses } from '../project/project.ts'
import { editApp, FRAMEWORKS } from './app-file.ts'
import type { Change } from './change.ts'
import { findSources, type Source } from './find-sources.ts'
import { ignoreSessions } from './ignore-sessions.ts'
import { findSteps, type Step } from './steps.ts'
import { setUpVitest } from './vitest-config.ts'

/** What it takes to use Retake in a project. */
export interface Plan {
  /** Commands that install what is not there. */
  readonly install: readonly string[]
  readonly steps: readonly Step[]
  /** The command that starts the app with its gate open. */
  readonly start: string
  /** Commands that show that it works. */
  readonly try: readonly string[]
  /** What can be written, and what cannot. */
  readonly changes: readonly Change[]
}

const DEFAULT_PORT = '3000'
const MAKES_APP = /\bexpress\(\)|\bnew Hono\b/

/** Works out what a project needs. */
export function makePlan(project: Project): Plan {
  const sources = findSources(project.folder)
  return {
    install: missingPackages(project),
    steps: findSteps(project),
    start: startCommand(project, sources),
    try: tryCommands(project, sources),
    changes: findChanges(project, sources),
  }
}

function missingPackages({ packageManager, dependencies, libraries }: Project): readonly string[] {
  const isMissing = (name: string) => !(name in dependencies)
  const recorders = new Set(libraries.map(({ recorder }) => recorder))
  const forTests = '@retake/vitest'
  const packages = ['@retake/core', ...recorders].filter((name) => name !== forTests)
  const development = ['retake', ...(recorders.has(forTests) ? [forTests] : [])]
  return installCommands(packageManager, packages.filter(isMissing), development.filter(isMissing))
}

function findChanges(project: Project, sources: readonly Source[]): readonly Change[] {
  const hasLangChain = uses(project, 'langchain')
  const servers = Object.values(FRAMEWORKS).filter(({ name }) => uses(project, name))
  const apps = servers.map((framework, index) =>
    editApp(framework, sources, hasLangChain && index === 0),
  )
  return [
    ignoreSessions(project.folder),
    ...apps.map((change, index) => afterOthers(change, apps.slice(0, index))),
    ...(uses(project, 'vitest') ? [setUpVitest(project)] : []),
  ]
}

// A change says where lines go in a file as it was read.
function afterOthers(change: Change, others: readonly Change[]): Change {
  const { file } = change
  const isTaken = others.some((other) => other.kind === 'edit' && other.file === file)
  if (change.kind !== 'edit' || !isTaken) return change
  return { kind: 'by-hand', file, reason: 'it is changed already, run it again' }
}

function startCommand(
  { scripts, packageManager, language }: Project,
  sources: readonly Source[],
): string {
  const script = ['dev', 'start'].find((name) => name in scripts)
  const server =
    sources.find(({ text }) => portOf(text) !== undefined) ??
    sources.find(({ text }) => MAKES_APP.test(text))
  const file = server?.file ?? (language === 'typescript' ? 'app.ts' : 'app.js')
  const run = script === undefined ? `node ${file}` : `${packageManager} run ${script}`
  return `RETAKE_REPLAY_ENABLED=1 ${run}`
}

function tryCommands(project: Project, sources: readonly Source[]): readonly string[] {
  if (!uses(project, 'express') && !uses(project, 'hono')) {
    return ['npx retake ls', 'npx retake show last']
  }
  const port = firstFound(sources, portOf) ?? DEFAULT_PORT
  const url = `localhost:${port}${firstFound(sources, routeOf) ?? '/'}`
  return [
    `curl -i ${url}                          # X-Session-Id: 0197…`,
    `curl -i ${url} -H 'X-Replay: 0197…'     # the same answer, without a call`,
    'npx retake show last',
  ]
}

function firstFound(
  sources: readonly Source[],
  find: (text: string) => string | undefined,
): string | undefined {
  return sources.map(({ text }) => find(text)).find((found) => found !== undefined)
}

function routeOf(text: string): string | undefined {
  return /\bapp\.get\((['"`])(\/[\w/-]*)\1/.exec(text)?.[2]
}

function portOf(text: string): string | undefined {
  const [, listened, named] = /\.listen\((\d{2,5})\b|\bport: (\d{2,5})\b/.exec(text) ?? []
  return listened ?? named
}
