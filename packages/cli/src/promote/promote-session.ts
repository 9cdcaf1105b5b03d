import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import type { SessionData } from '@retake/core'
import { scanSecrets } from '@retake/core/cassette-file'
import { resendableRequest } from '@retake/http/resend'
import { fitCassetteName, writeCassetteFile } from '@retake/core/stores/cassette-files'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { CommandError } from '../failure.ts'
import { findSession } from '../find-session.ts'
import { findApp } from './find-app.ts'
import { testSource, trajectoryOf } from './test-source.ts'

/** What to make of a session. */
export interface PromoteOptions {
  /** The test to write. */
  readonly test: string
  /** The module of the app, and its export: `src/app.ts#app`. By default the usual places are looked at. */
  readonly app?: string
  /** Overwrite what is there. */
  readonly force?: boolean
}

/** What was made. Paths are relative to the working folder. */
export interface Promoted {
  readonly session: string
  readonly test: string
  readonly cassette: string
  readonly app: string
  readonly trajectory: readonly string[]
}

const TEST_NAME = /\.(?:test|spec)\.[cm]?[jt]sx?$/

/**
 * Makes a regression test of a session: a cassette to commit, and a test that sends the recorded request to the app.
 *
 * @throws {RetakeError} `CASSETTE_SECRET` when the session holds what looks like a secret; nothing is written then.
 * @throws {CommandError} `FILE_EXISTS`, `APP_NOT_FOUND`, `TEST_NAME_INVALID`, or what keeps the session from being found.
 */
export async function promoteSession(
  context: Context,
  named: string,
  { test, app, force = false }: PromoteOptions,
): Promise<Promoted> {
  const data = await recordedSession(context, named)
  resendableRequest(data)
  const testFile = resolve(context.cwd, test)
  if (!TEST_NAME.test(testFile)) {
    throw new CommandError(
      'TEST_NAME_INVALID',
      EXIT.usage,
      `"${test}" is no name of a test. Use one such as tests/refund.test.ts.`,
    )
  }
  const name = fitCassetteName(basename(testFile).replace(TEST_NAME, ''))
  const cassetteFile = join(dirname(testFile), '__cassettes__', `${name}.cassette.json`)
  const module = findApp(context.cwd, app)
  if (!force) for (const file of [testFile, cassetteFile]) refuseExisting(context, file)
  writeCassetteFile(cassetteFile, data, {
    scan: (scanned) => scanSecrets(scanned, context.environment),
  })
  mkdirSync(dirname(testFile), { recursive: true })
  writeFileSync(testFile, testSource({ data, testFile, cassetteFile, app: module }))
  return {
    session: data.session.id,
    test: relative(context.cwd, testFile),
    cassette: relative(context.cwd, cassetteFile),
    app: `${relative(context.cwd, module.file)}#${module.exported}`,
    trajectory: trajectoryOf(data),
  }
}

// A replay holds no answers of its own; what is kept is what it replayed.
async function recordedSession(context: Context, named: string): Promise<SessionData> {
  const data = await findSession(context, named)
  const { replayOf, parent } = data.session
  return replayOf !== undefined && parent === undefined ? findSession(context, replayOf) : data
}

function refuseExisting({ cwd }: Context, file: string): void {
  if (!existsSync(file)) return
  throw new CommandError(
    'FILE_EXISTS',
    EXIT.usage,
    `${relative(cwd, file)} is there already. Overwrite it with --force, or name another test.`,
  )
}
