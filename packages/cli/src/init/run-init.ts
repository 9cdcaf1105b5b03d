import type { Context } from '../context.ts'
import type { ExitCode } from '../exit-codes.ts'
import { printOutcome } from '../outcome.ts'
import { readProject } from '../project/project.ts'
import { formatInit } from './format-init.ts'
import { makePlan } from './plan.ts'
import { writeChanges } from './write-changes.ts'

/** Options of `retake init`. */
export interface InitOptions {
  readonly write?: boolean
}

/** Runs `retake init`. */
export function init(context: Context, { write = false }: InitOptions): Promise<ExitCode> {
  const project = readProject(context.cwd)
  const plan = makePlan(project)
  const written = writeChanges(project.folder, plan.changes, write)
  const { name, packageManager, language, modules, libraries } = project
  const { install, steps, start } = plan
  const exitCode = printOutcome(context, {
    result: {
      project: {
        name,
        packageManager,
        language,
        modules,
        libraries: libraries.map((library) => library.name),
      },
      install,
      steps,
      environment: { RETAKE_REPLAY_ENABLED: '1' },
      start,
      try: plan.try,
      changes: written,
    },
    text: (terminal) => formatInit(project, plan, written, terminal),
  })
  return Promise.resolve(exitCode)
}
