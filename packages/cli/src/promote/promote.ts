import type { Command } from 'commander'
import { onAction } from '../command.ts'
import type { Context } from '../context.ts'
import type { ExitCode } from '../exit-codes.ts'
import { SESSION_HELP } from '../find-session.ts'
import { printOutcome } from '../outcome.ts'
import { formatPromoted } from './format-promoted.ts'
import { type PromoteOptions, promoteSession } from './promote-session.ts'

/** Adds `retake promote`. */
export function addPromote(program: Command): void {
  const command = program
    .command('promote')
    .summary('make a regression test of a session')
    .description(
      'Makes a regression test of a session: a redacted cassette to commit, and a vitest test that sends the recorded request to the app, and asserts the answer and the calls. It passes at once, without a model.',
    )
    .argument('<session>', SESSION_HELP)
    .requiredOption('-t, --test <file>', 'the test to write, such as tests/refund.test.ts')
    .option('-a, --app <module#export>', 'what exports the app (default: src/app.ts and the like)')
    .option('--force', 'overwrite what is there')
    .addHelpText(
      'after',
      `
Examples:
  retake promote last --test tests/refund.test.ts
  retake promote 0197f3a2 --test tests/refund.test.ts --app src/server.ts#app`,
    )
  onAction<PromoteOptions, [string]>(command, promote)
}

async function promote(
  context: Context,
  options: PromoteOptions,
  named: string,
): Promise<ExitCode> {
  const promoted = await promoteSession(context, named, options)
  return printOutcome(context, {
    result: promoted,
    text: (_terminal, shown) => formatPromoted(shown),
  })
}
