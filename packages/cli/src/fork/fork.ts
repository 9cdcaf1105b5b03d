import type { Command } from 'commander'
import { onAction } from '../command.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { findSession, SESSION_HELP } from '../find-session.ts'
import { parseCount } from '../numbers.ts'
import { printOutcome } from '../outcome.ts'
import { resolveServer, type ServerOptions, withServerOptions } from '../server/server-options.ts'
import { forkSession, formatFork } from './fork-session.ts'

interface ForkOptions extends ServerOptions {
  readonly until: number
}

/** Adds `retake fork`. */
export function addFork(program: Command): void {
  const command = program
    .command('fork')
    .summary('replay the first calls of a session, and go on live')
    .description(
      'Sends a recorded request again: calls up to an event are answered from the recording, those after it are made for real. What comes of it is a session of its own; the first one stays as it is.',
    )
    .argument('<session>', SESSION_HELP)
    .requiredOption('--until <n>', 'the last event that is served', parseCount(0))
  withServerOptions(command).addHelpText(
    'after',
    `
Example:
  retake fork 0197f3a2 --until 11     # new models answer from event 12 on`,
  )
  onAction<ForkOptions, [string]>(command, fork)
}

async function fork(context: Context, options: ForkOptions, named: string): Promise<ExitCode> {
  const server = resolveServer(context, options)
  const data = await findSession(context, named)
  const result = await forkSession(context, data, { server, until: options.until })
  const hasMissed = result.run.problem !== undefined
  return printOutcome(context, {
    result,
    text: (terminal, shown) => formatFork(shown, terminal),
    exitCode: hasMissed ? EXIT.miss : EXIT.same,
  })
}
