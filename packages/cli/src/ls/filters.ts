import type { EndState, ListOptions } from '@retake/core'
import { parseTime } from '../time.ts'

/** What people filter by. All of it adds up. */
export interface SessionFilters {
  readonly agent?: string | undefined
  readonly name?: string | undefined
  readonly tag?: string | undefined
  readonly state?: EndState | undefined
  /** Only sessions in which a call failed. */
  readonly errors?: boolean | undefined
  readonly minCostUsd?: number | undefined
  /** A date or time, or an age such as `2h`. */
  readonly since?: string | undefined
  /** The same. */
  readonly until?: string | undefined
  readonly text?: string | undefined
  /** Only replays; by default they are left out. */
  readonly replays?: boolean | undefined
  readonly limit: number
}

/**
 * The filters as a store takes them.
 *
 * @throws {InvalidArgumentError} when a time cannot be read.
 */
export function toFilters({
  state,
  errors = false,
  since,
  until,
  replays = false,
  ...others
}: SessionFilters): ListOptions {
  const filters = {
    ...others,
    endState: state,
    hasErrors: errors || undefined,
    since: since === undefined ? undefined : parseTime(since),
    until: until === undefined ? undefined : parseTime(until),
    isReplay: replays,
  }
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined))
}
