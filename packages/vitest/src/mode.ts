import { RetakeError } from '@retake/core'
import { type Environment, isCi } from './environment.ts'

/**
 * What a test does with its cassette.
 *
 * - `auto`: replays it, strictly; where there is none, records it on a developer's machine, and fails where `CI` is set
 * - `replay`: replays it; where there is none, every call fails
 * - `once`: replays it, and records it where there is none
 * - `new`: replays it, and makes and records the calls that are not in it
 * - `all`: records it again
 * - `off`: makes every call, records nothing
 */
export type Mode = 'auto' | 'replay' | 'once' | 'new' | 'all' | 'off'

/** What is done with one test. */
export type Action = 'record' | 'replay' | 'complete' | 'off'

const MODES: readonly string[] = ['auto', 'replay', 'once', 'new', 'all', 'off'] satisfies Mode[]
const LIVE: readonly Mode[] = ['once', 'new', 'all', 'off']

/** The mode that lists unused cassettes and removes them. For tests it is `replay`. */
export const PRUNE = 'prune'

/**
 * The mode of a run: `RETAKE_MODE`, else `fallback`.
 *
 * @throws {RetakeError} `OPTION_INVALID` when there is no such mode, or when it makes calls and `CI` is set.
 * @see docs/decisions/0052-nothing-goes-live-in-ci.md
 */
export function resolveMode(environment: Environment, fallback: Mode = 'auto'): Mode {
  const name = environment.RETAKE_MODE?.trim() || fallback
  const mode = name === PRUNE ? 'replay' : name
  if (!isMode(mode)) throw unknownMode(name)
  if (isCi(environment) && LIVE.includes(mode)) throw refusedInCi(mode)
  return mode
}

/** What is done with a test, by its mode and by whether it has a cassette. */
export function resolveAction(mode: Mode, hasCassette: boolean, environment: Environment): Action {
  if (mode === 'off') return 'off'
  if (mode === 'all') return 'record'
  if (mode === 'new' && hasCassette) return 'complete'
  if (hasCassette || mode === 'replay' || isCi(environment)) return 'replay'
  return 'record'
}

function isMode(name: string): name is Mode {
  return MODES.includes(name)
}

function unknownMode(name: string): RetakeError {
  return new RetakeError(
    'OPTION_INVALID',
    `There is no mode "${name}". RETAKE_MODE and --retake take ${[...MODES, PRUNE].join(', ')}.`,
    { mode: name },
  )
}

function refusedInCi(mode: Mode): RetakeError {
  return new RetakeError(
    'OPTION_INVALID',
    `Mode "${mode}" makes real calls, and CI is set: nothing goes live there. Record on your machine and commit the cassettes, or unset CI.`,
    { mode },
  )
}
