import { type Command, Option } from 'commander'
import type { MatchMode, MissPolicy } from '@retake/core'
import { parseCount } from '../numbers.ts'

/** How a replay treats what is not as it was. */
export interface MatchOptions {
  readonly match?: MatchMode
  readonly miss?: MissPolicy
  readonly until?: number
}

/** Adds the options that end up in `X-Replay`. */
export function withMatchOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-m, --match <mode>', 'which requests count as equal (default: lenient)').choices([
        'strict',
        'lenient',
        'position',
      ]),
    )
    .addOption(
      new Option(
        '--miss <policy>',
        'what a call without a recording does (default: error)',
      ).choices(['error', 'live', 'live-after']),
    )
    .option('--until <n>', 'serve events up to this one, then go on live', parseCount(1))
}
