import { type Command, InvalidArgumentError, Option } from 'commander'
import type { MatchMode, MissPolicy, ToolPolicy } from '@retake/core'
import { placeFault, splitPlaces } from '@retake/format'
import { parseCount } from '../numbers.ts'

/** How a replay treats what is not as it was. */
export interface MatchOptions {
  readonly match?: MatchMode
  readonly miss?: MissPolicy
  readonly until?: number
  readonly tools?: ToolPolicy
  readonly ignore?: readonly string[]
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
    .addOption(
      new Option('--tools <policy>', 'what tools do (default: serve)').choices([
        'serve',
        'live',
        'compare',
      ]),
    )
    .option(
      '-i, --ignore <paths>',
      'places of the answer that may differ, such as body.createdAt; may be repeated',
      (list, before: readonly string[] | undefined) => [...(before ?? []), ...parsePlaces(list)],
    )
    .option('--until <n>', 'serve events up to this one, then go on live', parseCount(1))
}

function parsePlaces(list: string): readonly string[] {
  const places = splitPlaces(list)
  const fault = places.length === 0 ? 'it is empty' : places.map(placeFault).find(Boolean)
  if (fault === undefined) return places
  throw new InvalidArgumentError(
    `Use paths such as body.createdAt, body.items[*].id or body["first.name"]: ${fault}.`,
  )
}
