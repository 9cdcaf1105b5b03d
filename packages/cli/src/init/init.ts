import type { Command } from 'commander'
import { onAction } from '../command.ts'
import type { InitOptions } from './run-init.ts'

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
  onAction<InitOptions>(command, async (...given) => {
    const { init } = await import('./run-init.ts')
    return init(...given)
  })
}
