import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import type { EventRecord, SessionData } from '@retake/core'
import type { AppModule } from './find-app.ts'

/** What a generated test is made of. */
export interface TestParts {
  readonly data: SessionData
  /** Whole paths. */
  readonly testFile: string
  readonly cassetteFile: string
  readonly app: AppModule
}

/** The source of a test that sends the recorded request to the app, and asserts what is to stay as it was. */
export function testSource({ data, testFile, cassetteFile, app }: TestParts): string {
  const folder = dirname(testFile)
  const from = importPath(folder, app.file)
  const name = app.exported === 'default' ? 'app' : app.exported
  const imported = app.exported === 'default' ? name : `{ ${name} }`
  const cassette = dotted(relative(folder, cassetteFile))
  const steps = listed(trajectoryOf(data).map(quoted))
  return `import { resend } from '@retake/vitest'
import { expect, test } from 'vitest'
import ${imported} from ${quoted(from)}

// The request is answered from ${cassette}: no model is called. To keep what has changed on
// purpose, record a new session and promote it over this one: retake promote <session> --test <this file> --force
test(${quoted(titleOf(data))}, async () => {
  const answer = await resend(${name}, new URL(${quoted(cassette)}, import.meta.url))

  expect(answer).toAnswerAsRecorded()
  expect(answer.session).toMatchTrajectory([${steps}])
})
`
}

/** The calls of a session, as kinds and names, in the order in which they were made. */
export function trajectoryOf({ events }: Pick<SessionData, 'events'>): readonly string[] {
  return events.filter(isCall).map(({ kind, name }) => `${kind} ${name}`)
}

// What an app asks of the clock, or of chance, is not what an agent does.
function isCall({ fp, kind }: EventRecord): boolean {
  return fp !== undefined && kind !== 'effect'
}

function titleOf({ session }: SessionData): string {
  const { name, agent, request, startedAt } = session
  const what = name ?? (request ? `${request.method} ${request.url}` : 'the session')
  const who = agent === undefined ? '' : ` (${agent})`
  return `${what}${who} answers as on ${startedAt.slice(0, 10)}`
}

// As formatters lay it out: in one line where it fits.
function listed(steps: readonly string[]): string {
  const line = steps.join(', ')
  return line.length <= 50 ? line : `\n${steps.map((step) => `    ${step},\n`).join('')}  `
}

function importPath(folder: string, file: string): string {
  const path = dotted(relative(folder, file))
  return allowsTsExtensions(dirname(file)) ? path : path.replace(/\.(m?)tsx?$/, '.$1js')
}

// TypeScript wants to be asked before it lets `.ts` stand in an import; Vite takes both.
function allowsTsExtensions(folder: string): boolean {
  const config = join(folder, 'tsconfig.json')
  if (existsSync(config)) {
    const text = readFileSync(config, 'utf8')
    if (!/"extends"/.test(text) || /TsExtensions|rewriteRelativeImport/.test(text)) {
      return /"(?:allowImportingTsExtensions|rewriteRelativeImportExtensions)"\s*:\s*true/.test(
        text,
      )
    }
    return true
  }
  const parent = dirname(folder)
  return parent === folder ? true : allowsTsExtensions(parent)
}

function dotted(path: string): string {
  const posix = path.split(sep).join('/')
  return posix.startsWith('.') ? posix : `./${posix}`
}

function quoted(text: string): string {
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
  return `'${escaped.replaceAll("'", String.raw`\'`)}'`
}
