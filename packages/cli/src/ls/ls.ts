import { type Command, Option } from 'commander'
import { onAction } from '../command.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { untilInterrupted } from '../interrupted.ts'
import { parseAmount, parseCount } from '../numbers.ts'
import { printOutcome } from '../outcome.ts'
import { printableValue } from '../terminal/printable.ts'
import { followSessions } from './follow-sessions.ts'
import { type SessionFilters, toFilters } from './filters.ts'
import { formatSessions } from './format-sessions.ts'
import { DEFAULT_LIMIT, listSessions } from './list-sessions.ts'

interface LsOptions extends Omit<SessionFilters, 'minCostUsd'> {
  readonly minCost?: number
  readonly follow?: boolean
}

/** Adds `retake ls`. */
export function addLs(program: Command): void {
  const command = program
    .command('ls')
    .summary('list sessions, the newest first')
    .description('Lists the recorded sessions, the newest first. Filters add up.')
    .option('-a, --agent <name>', 'of this agent')
    .option('--name <name>', 'of this name, such as "POST /chat"')
    .option('-t, --tag <tag>', 'with this tag')
    .addOption(
      new Option('-s, --state <state>', 'that ended so').choices([
        'success',
        'failure',
        'indeterminate',
      ]),
    )
    .option('-e, --errors', 'in which a call failed, or that failed themselves')
    .option('--min-cost <usd>', 'that cost at least so much', parseAmount)
    .option('--since <time>', 'that started since: 2026-01-31, or 2h ago as "2h"')
    .option('--until <time>', 'that started before')
    .option('-q, --text <text>', 'whose id, name, agent, goal, tags, request or end say this')
    .option('--replays', 'only replays; by default they are left out')
    .option('-n, --limit <count>', 'at most so many', parseCount(1), DEFAULT_LIMIT)
    .option('-f, --follow', 'go on, and show sessions as they start and end')
    .addHelpText(
      'after',
      `
Examples:
  retake ls --state failure --since 1d
  retake ls --agent grader --min-cost 0.05 --json
  retake ls --text "order A-1042"
  retake ls --follow`,
    )
  onAction<LsOptions>(command, ls)
}

async function ls(
  context: Context,
  { follow = false, minCost, ...options }: LsOptions,
): Promise<ExitCode> {
  const filters = toFilters({ ...options, minCostUsd: minCost })
  const sessions = await listSessions(context, filters)
  if (!follow) {
    return printOutcome(context, {
      result: { sessions },
      text: (terminal, shown) => formatSessions(shown.sessions, terminal),
    })
  }
  const { terminal, isJson } = context
  const tell = (session: (typeof sessions)[number]) =>
    terminal.out(
      isJson ? JSON.stringify(session) : formatSessions([printableValue(session)], terminal),
    )
  sessions.toReversed().forEach(tell)
  await followSessions(context, filters, { known: sessions, tell, signal: untilInterrupted() })
  return EXIT.same
}
