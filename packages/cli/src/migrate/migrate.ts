import type { Command } from 'commander'
import { findCassettes, nameOf, PATHS_HELP, requireFound } from '../cassettes/find-cassettes.ts'
import { onAction } from '../command.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printOutcome } from '../outcome.ts'
import { createProgress } from '../terminal/progress.ts'
import { formatMigrated } from './format-migrated.ts'
import { migrateCassette, type Migrated } from './migrate-cassette.ts'

interface MigrateOptions {
  readonly check?: boolean
}

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
  onAction<MigrateOptions, [string[]]>(command, migrate)
}

async function migrate(
  context: Context,
  { check = false }: MigrateOptions,
  paths: string[],
): Promise<ExitCode> {
  const files = requireFound(findCassettes(context, paths))
  const cassettes = migrateAll(context, files, check)
  return printOutcome(context, {
    result: { check, cassettes },
    text: (terminal) => formatMigrated(cassettes, check, terminal),
    exitCode: exitCodeOf(cassettes, check),
  })
}

function migrateAll(
  context: Context,
  files: readonly string[],
  isCheck: boolean,
): readonly Migrated[] {
  const progress = createProgress('migrating cassettes:')
  const migrated = files.map((file, index) => {
    progress.update(index, files.length)
    return migrateCassette(file, nameOf(context, file), isCheck)
  })
  progress.stop()
  return migrated
}

function exitCodeOf(cassettes: readonly Migrated[], isCheck: boolean): ExitCode {
  if (cassettes.some(({ state }) => state === 'corrupt')) return EXIT.invalid
  const isToDo = isCheck && cassettes.some(({ state }) => state === 'rewritten')
  return isToDo ? EXIT.differs : EXIT.same
}
