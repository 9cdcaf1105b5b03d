import type { ToolPolicy } from './call.ts'

export type MatchMode = 'strict' | 'lenient' | 'position'

export type MissPolicy = 'error' | 'live' | 'live-after'

/** What happens with recordings nobody asked for. */
export type LeftoverPolicy = 'error' | 'warn' | 'ignore'

/**
 * At which speed answers come, and the parts of streams: at once, as long after the start of the call as recorded, or
 * that many times as slow. Waits of retry libraries before a recorded further attempt are left out where it is at once.
 * A cassette that was written without `keepTimings` has no durations: its calls always come at once.
 */
export type Timing = 'instant' | 'recorded' | number

export interface ReplayOptions {
  /**
   * `strict` serves only requests proved equal to the recorded ones. `lenient` also serves similar ones
   * and flags them. `position` serves the Nth call of a name whatever it asks.
   *
   * @default 'strict' in code, 'lenient' for the header
   */
  match?: MatchMode
  /**
   * What a call without a recording does: `error` fails the session, `live` runs this call for real,
   * `live-after` also all that follows below the same path.
   *
   * @default 'error'
   */
  onMiss?: MissPolicy
  /** Serve calls up to this `seq`, then go live: the replay is a fork. */
  until?: number
  /** @default 'error' when `match` is 'strict' or 'position', else 'warn' */
  onLeftover?: LeftoverPolicy
  /**
   * Policy for all tools, or by name.
   *
   * @default the policy that a tool was wrapped with, else 'serve'
   */
  tools?: ToolPolicy | Readonly<Record<string, ToolPolicy>>
  /** @default 'instant' */
  timing?: Timing
  /**
   * Longest time an answer is held back for an earlier one that nobody has asked for yet, in milliseconds.
   *
   * @default 50
   */
  stallMs?: number
  /**
   * How long a call that was aborted when recorded waits for the caller to abort again, in milliseconds.
   *
   * @default 100
   */
  abortGraceMs?: number
  /**
   * Places of the answer that are not compared, because the app makes them anew each time: `body.createdAt`,
   * `body.items[*].id`, `body["first.name"]`, `body.**.id`; `result.createdAt` for what a function returned. All that
   * lies beneath a place goes with it.
   *
   * @default none
   */
  ignore?: readonly string[]
  /**
   * What the message of a miss says to try.
   *
   * @default what can be tried over HTTP, and in a terminal
   */
  advice?: string
}

/** What a replay does, with all defaults in place. */
export type ResolvedReplayOptions = Required<Omit<ReplayOptions, 'until' | 'advice'>> &
  Pick<ReplayOptions, 'until' | 'advice'>
