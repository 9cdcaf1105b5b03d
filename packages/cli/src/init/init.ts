import type { Command } from 'commander'
import { onAction } from '../command.ts'
import type { Context } from '../context.ts'
import type { ExitCode } from '../exit-codes.ts'
import { printOutcome } from '../outcome.ts'
import { readProject } from '../project/project.ts'
import { formatInit } from './format-init.ts'
import { makePlan } from './plan.ts'
import { writeChanges } from './write-changes.ts'

interface InitOptions {
  readonly write?: boolean
}

/** Adds `retake init`. */
export function addInit(program: Command): void {
  const command = program
    .command('init')
    .summary('say what this project needs, and write what can be written')
    .description(
      'Looks at what the project in this folder uses, and says what to install, which lines to add, and how to try it. ' +
        'Changes nothing without --write; with it, writes what can be put in exactly, and shows it. ' +
        'A second time there is nothing left to change.',
    )
    .option(
      '--write',
      'write what can be written: .gitignore, the file of the app, the config of vitest',
    )
    .addHelpText(
      'after',
      `
Examples:
  retake init
  retake init --write
  retake init --json`,
    )
  onAction<InitOptions>(command, init)
}

function init(context: Context, { write = false }: InitOptions): Promise<ExitCode> {
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
