import type { Command } from 'commander'
import { onAction } from '../command.ts'
import type { Context } from '../context.ts'
import type { ExitCode } from '../exit-codes.ts'
import { findSession, SESSION_HELP } from '../find-session.ts'
import { parseCount } from '../numbers.ts'
import { printOutcome } from '../outcome.ts'
import { findEvent, wholeEvent } from './find-event.ts'
import { formatSession } from './format-session.ts'

interface ShowOptions {
  readonly event?: number
  readonly raw?: boolean
}

/** Adds `retake show`. */
export function addShow(program: Command): void {
  const command = program
    .command('show')
    .summary('show a session and its events')
    .description('Shows a session: what it was asked and answered, and its events as a tree.')
    .argument('<session>', SESSION_HELP)
    .option('--event <n>', 'one event, whole', parseCount(1))
    .option('--raw', 'all that was recorded, as JSON')
    .addHelpText(
      'after',
      `
Examples:
  retake show last
  retake show 0197f3a2 --event 3
  retake show tests/refund.cassette.json --json`,
    )
  onAction<ShowOptions, [string]>(command, show)
}

async function show(
  context: Context,
  { event: seq, raw = false }: ShowOptions,
  named: string,
): Promise<ExitCode> {
  const data = await findSession(context, named)
  if (seq !== undefined) {
    const event = wholeEvent(findEvent(data, seq))
    return printOutcome(context, {
      result: { event },
      text: (_terminal, shown) => toJson(shown.event),
    })
  }
  const { session, end } = data
  const result = { session, events: data.events.map(wholeEvent), end }
  return printOutcome(context, {
    result,
    text: (terminal, { end, ...shown }) =>
      raw ? toJson({ ...shown, end }) : formatSession({ ...shown, ...(end && { end }) }, terminal),
  })
}

function toJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2)
}
