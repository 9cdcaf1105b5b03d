import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import { onAction } from '../command.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { CommandError, toFailure } from '../failure.ts'
import { findSession, SESSION_HELP } from '../find-session.ts'
import { untilInterrupted } from '../interrupted.ts'
import { parseCount } from '../numbers.ts'
import { printOutcome } from '../outcome.ts'
import { resendableRequest } from '@retake/http/resend'
import { resolveServer, type ServerOptions, withServerOptions } from '../server/server-options.ts'
import { formatRun } from './format-run.ts'
import { type MatchOptions, withMatchOptions } from './replay-options.ts'
import { replaySession } from './replay-session.ts'
import { exitCodeOfRuns } from './run-replay.ts'
import { watchFiles } from './watch-files.ts'

const AWAY_MS = 250
const AWAY_TRIES = 40

interface ReplayVerbOptions extends ServerOptions, MatchOptions {
  readonly times: number
  readonly watch?: true | string
  readonly probe: boolean
}

/** Adds `retake replay`. */
export function addReplay(program: Command): void {
  const command = program
    .command('replay')
    .summary('send a recorded request again, and compare the answer')
    .description(
      'Sends the request that made a session to a running server again, which answers its calls from the recording: no model call, no cost. Compares the answer with the recorded one.',
    )
    .argument('<session>', SESSION_HELP)
  withMatchOptions(withServerOptions(command))
    .option('-n, --times <count>', 'so many times, one after the other', parseCount(1), 1)
    .option('-w, --watch [folder]', 'again whenever a file changes')
    .option('--no-probe', 'do not make sure first that the server replays')
    .addHelpText(
      'after',
      `
Examples:
  retake replay last
  retake replay 0197f3a2 --match strict --url http://localhost:8080
  retake replay 0197f3a2 --watch src
  retake replay 0197f3a2 --ignore body.createdAt --ignore 'body.items[*].id'
  retake replay 0197f3a2 --until 11 --miss live`,
    )
  onAction<ReplayVerbOptions, [string]>(command, replay)
}

async function replay(
  context: Context,
  options: ReplayVerbOptions,
  named: string,
): Promise<ExitCode> {
  const { match, miss, until, tools, ignore, times, watch, probe } = options
  const server = resolveServer(context, options)
  const data = await findSession(context, named)
  if (resendableRequest(data).isRedacted) {
    context.terminal.note('The recorded request was redacted: what is sent is not just what came.')
  }
  const parameters = { match, onMiss: miss, until, tools, ignore }
  const once = async (): Promise<ExitCode> => {
    const result = await replaySession(context, data, { server, parameters, times, probe })
    return printOutcome(context, {
      result,
      text: (terminal, { runs }) => runs.map((run) => formatRun(run, terminal)).join('\n'),
      exitCode: exitCodeOfRuns(result.runs),
    })
  }
  return watch === undefined ? once() : watchAndRun(context, watch, once)
}

// A server that is restarted by its own watcher is away for a moment.
async function watchAndRun(
  { cwd, terminal }: Context,
  watch: true | string,
  once: () => Promise<ExitCode>,
): Promise<ExitCode> {
  const folder = watch === true ? cwd : resolve(cwd, watch)
  // Not every line of Node says so itself.
  requireFolder(folder)
  const signal = untilInterrupted()
  let code: ExitCode = 0
  const run = async (tries = AWAY_TRIES): Promise<void> => {
    try {
      code = await once()
    } catch (error) {
      const failure = toFailure(error)
      if (failure.code === 'UNREACHABLE' && tries > 0 && !signal.aborted) {
        await delay(AWAY_MS)
        return run(tries - 1)
      }
      code = failure.exitCode
      terminal.note(`retake: ${failure.message}`)
    }
  }
  await run()
  const changed = async (file: string) => {
    terminal.note(`\n${file} has changed`)
    await run()
  }
  const { ended } = watchFiles(folder, changed, signal)
  terminal.note('Waiting for changes. Ctrl-C ends it.')
  await ended
  return code
}

function requireFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  throw new CommandError('NO_DIRECTORY', EXIT.notFound, `There is no folder ${folder} to watch.`)
}
