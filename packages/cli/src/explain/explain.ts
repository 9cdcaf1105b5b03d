import { type Command, InvalidArgumentError } from 'commander'
import type { SessionData } from '@retake/core'
import { onAction } from '../command.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { CommandError } from '../failure.ts'
import { findSession, SESSION_HELP } from '../find-session.ts'
import { printOutcome } from '../outcome.ts'
import { findEvent, wholeEvent } from '../show/find-event.ts'
import { explainEvent, formatEventExplanation, type EventExplanation } from './explain-event.ts'
import { type Explanation, explainReplay } from './explain-replay.ts'
import { findReplay } from './find-replay.ts'
import { formatExplanation } from './format-explanation.ts'

/** Adds `retake explain`. */
export function addExplain(program: Command): void {
  const command = program
    .command('explain')
    .summary('say why a replay did not go as recorded')
    .description(
      'Says why a replay did not go as recorded: the nearest recording, what differs, where it first diverged, where the differing value came from, and what would keep a value from being another one each time. Of a recorded session, its newest replay that failed is explained.',
    )
    .argument('<session>', `a replay, or what was replayed: ${SESSION_HELP}`)
    .argument('[event]', 'only what is about this recorded event', parseSeq)
    .addHelpText(
      'after',
      `
Examples:
  retake explain 0197f3a2
  retake explain 0197f3a2 12`,
    )
  onAction<object, [string, number | undefined]>(command, explain)
}

async function explain(
  context: Context,
  _options: object,
  named: string,
  event: number | undefined,
): Promise<ExitCode> {
  const data = await findSession(context, named)
  const explained = await explainSession(context, data, event)
  return printOutcome(context, {
    result: explained,
    text: (terminal, shown) =>
      'event' in shown ? formatEventExplanation(shown) : formatExplanation(shown, terminal),
    exitCode: exitCodeOf(explained),
  })
}

/**
 * Explains a session, or what concerns one of its events.
 *
 * @throws {CommandError} `NOTHING_TO_EXPLAIN` when it is no replay, and was never replayed.
 */
export async function explainSession(
  context: Context,
  data: SessionData,
  event?: number,
): Promise<Explanation | EventExplanation> {
  const found = await findReplay(context, data)
  const explained = found && explainReplay(found.source, found.replayed, found.report)
  if (event === undefined) {
    if (explained) return explained
    throw new CommandError(
      'NOTHING_TO_EXPLAIN',
      EXIT.notFound,
      `Session ${data.session.id} was never replayed. Try "retake replay ${data.session.id}".`,
    )
  }
  const recorded = findEvent(found?.source ?? data, event)
  const findings = explained?.findings.filter(({ recording }) => recording === event) ?? []
  return explained && findings.length > 0
    ? { ...explained, findings }
    : explainEvent((found?.source ?? data).session.id, wholeEvent(recorded))
}

function exitCodeOf(explained: Explanation | EventExplanation): ExitCode {
  if ('event' in explained) return EXIT.same
  // A timer that lost a race is a cause of what differs, and no difference by itself.
  const differing = explained.findings.filter(({ finding }) => finding !== 'timer')
  if (differing.some(({ finding }) => finding !== 'drift')) return EXIT.miss
  const differences = explained.answer?.differences ?? []
  return differing.length + differences.length > 0 ? EXIT.differs : EXIT.same
}

function parseSeq(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Use the number of an event, as "retake show" prints it.')
}
