import { findCassettes, nameOf, requireFound } from '../cassettes/find-cassettes.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printOutcome } from '../outcome.ts'
import { createProgress } from '../terminal/progress.ts'
import { formatMigrated } from './format-migrated.ts'
import { migrateCassette, type Migrated } from './migrate-cassette.ts'

/** Options of `retake migrate`. */
export interface MigrateOptions {
  readonly check?: boolean
}

/** Runs `retake migrate`. */
export async function migrate(
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
