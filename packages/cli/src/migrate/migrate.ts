import type { Command } from 'commander'
import { PATHS_HELP } from '../cassettes/find-cassettes.ts'
import { onAction } from '../command.ts'
import type { MigrateOptions } from './run-migrate.ts'

/** Adds `retake migrate`. */
export function addMigrate(program: Command): void {
  const command = program
    .command('migrate')
    .summary('bring cassettes to the current form')
    .description(
      'Writes cassettes again that an older version has written, or that were edited by hand, in the form in which they ' +
        'would be written now. What they hold stays the same. Corrupt files are left alone, and end it with 5.',
    )
    .argument('[paths...]', PATHS_HELP)
    .option('--check', 'write nothing; end with 1 when there is something to do')
    .addHelpText(
      'after',
      `
Examples:
  retake migrate
  retake migrate --check
  retake migrate tests/refund.cassette.json`,
    )
  onAction<MigrateOptions, [string[]]>(command, async (...given) => {
    const { migrate } = await import('./run-migrate.ts')
    return migrate(...given)
  })
}
