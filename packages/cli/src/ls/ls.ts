import { type Command, Option } from 'commander'
import type { EndState, ListOptions } from '@retake/core'
import { onAction } from '../command.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { untilInterrupted } from '../interrupted.ts'
import { parseAmount, parseCount } from '../numbers.ts'
import { printOutcome } from '../outcome.ts'
import { parseTime } from '../time.ts'
import { followSessions } from './follow-sessions.ts'
import { formatSessions } from './format-sessions.ts'
import { DEFAULT_LIMIT, listSessions } from './list-sessions.ts'

interface LsOptions {
  readonly agent?: string
  readonly name?: string
  readonly tag?: string
  readonly state?: EndState
  readonly errors?: boolean
  readonly minCost?: number
  readonly since?: string
  readonly until?: string
  readonly text?: string
  readonly replays?: boolean
  readonly limit: number
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
    .option('-e, --errors', 'in which a call failed')
    .option('--min-cost <usd>', 'that cost at least so much', parseAmount)
    .option('--since <time>', 'that started since: 2026-01-31, or 2h ago as "2h"', (text) =>
      parseTime(text),
    )
    .option('--until <time>', 'that started before', (text) => parseTime(text))
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

async function ls(context: Context, { follow = false, ...options }: LsOptions): Promise<ExitCode> {
  const filters = toFilters(options)
  const sessions = await listSessions(context, filters)
  if (!follow) {
    return printOutcome(context, {
      result: { sessions },
      text: (terminal) => formatSessions(sessions, terminal),
    })
  }
  const { terminal, isJson } = context
  const tell = (session: (typeof sessions)[number]) =>
    terminal.out(isJson ? JSON.stringify(session) : formatSessions([session], terminal))
  sessions.toReversed().forEach(tell)
  await followSessions(context, filters, { known: sessions, tell, signal: untilInterrupted() })
  return EXIT.same
}

function toFilters(options: Omit<LsOptions, 'follow'>): ListOptions {
  const { agent, name, tag, state, errors, minCost, since, until, text, replays, limit } = options
  return {
    limit,
    ...(agent !== undefined && { agent }),
    ...(name !== undefined && { name }),
    ...(tag !== undefined && { tag }),
    ...(state !== undefined && { endState: state }),
    ...(errors && { hasErrors: true }),
    ...(minCost !== undefined && { minCostUsd: minCost }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(text !== undefined && { text }),
    isReplay: replays === true,
  }
}
