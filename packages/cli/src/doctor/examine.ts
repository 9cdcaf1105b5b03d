import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../context.ts'
import { toFailure } from '../failure.ts'
import { findPackage } from '../project/installed-packages.ts'
import { readProject } from '../project/project.ts'
import { checkEscapes } from './check-escapes.ts'
import { checkGate } from './check-gate.ts'
import { checkPackages } from './check-packages.ts'
import { checkRecorders } from './check-recorders.ts'
import { checkRuntime } from './check-runtime.ts'
import { checkServer } from './check-server.ts'
import { checkStore } from './check-store.ts'
import { fail, type Finding, warn } from './finding.ts'

/** Looks at all that has to be right for sessions to be recorded and replayed. */
export async function examine(
  context: Context,
  url: string | undefined,
): Promise<readonly Finding[]> {
  const project = existsSync(join(context.cwd, 'package.json'))
    ? readProject(context.cwd)
    : undefined
  // Of a library whose recorder is not there that is said already.
  const libraries = project?.libraries.filter(({ recorder }) => findPackage(context.cwd, recorder))
  return [
    checkRuntime(),
    ...(project ? [...checkPackages(project), ...checkRecorders(project)] : [NO_PROJECT]),
    ...(await readable('store', () => checkStore(context))),
    checkGate(context),
    ...(await readable('escapes', () => checkEscapes(context, libraries ?? []))),
    ...(url === undefined ? [] : [await checkServer(url, context)]),
  ]
}

const NO_PROJECT = warn(
  'project',
  'there is no package.json here, so that packages are not looked at',
  'Go to the folder of your app.',
)

// What cannot be looked at is a finding, too.
async function readable(
  code: string,
  check: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await check()
  } catch (error) {
    return [fail(code, toFailure(error).message, 'See that the folder of sessions can be read.')]
  }
}
