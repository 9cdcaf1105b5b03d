import type { Command } from 'commander'
import type { SessionData } from '@retake/core'
import { onAction } from '../command.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { findSession, SESSION_HELP } from '../find-session.ts'
import { printOutcome } from '../outcome.ts'
import { withServedOutcomes } from '../served-outcomes.ts'
import { diffSessions } from './diff-sessions.ts'
import { formatDiff } from './format-diff.ts'

/** Adds `retake diff`. */
export function addDiff(program: Command): void {
  const command = program
    .command('diff')
    .summary('compare two sessions')
    .description(
      'Compares two sessions: which calls appeared, vanished or changed, the answers, and what they cost.',
    )
    .argument('<before>', SESSION_HELP)
    .argument('<after>', 'the same, for the other side')
    .addHelpText(
      'after',
      `
Examples:
  retake diff 0197f3a2 last
  retake diff tests/refund.cassette.json 0197f3a2 --json`,
    )
  onAction<object, [string, string]>(command, diff)
}

async function diff(
  context: Context,
  _options: object,
  before: string,
  after: string,
): Promise<ExitCode> {
  const result = diffSessions(await load(context, before), await load(context, after))
  return printOutcome(context, {
    result,
    text: (terminal, shown) => formatDiff(shown, terminal),
    exitCode: result.isSame ? EXIT.same : EXIT.differs,
  })
}

async function load(context: Context, named: string): Promise<SessionData> {
  return withServedOutcomes(context.store, await findSession(context, named))
}
