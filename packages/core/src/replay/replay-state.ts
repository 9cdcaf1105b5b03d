import type { Cassette, Entry } from './cassette.ts'
import type { MatchMode, MissPolicy } from '../http/headers.ts'
import type { DeliveryOrder } from './order.ts'
import type { SessionState } from '../session/session-state.ts'
import type { ReportBuilder } from './report.ts'

/** What happens with recordings nobody asked for. */
export type LeftoverPolicy = 'error' | 'warn' | 'ignore'

/** How a recorded tool is treated: served, run for real, or run and compared with its recording. */
export type ToolPolicy = 'serve' | 'live' | 'compare'

/**
 * At which speed recorded streams are played: at once, as recorded, or that many times as slow. Waits of retry
 * libraries before a recorded further attempt are left out where it is at once.
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
   * What the message of a miss says to try.
   *
   * @default what can be tried over HTTP, and in a terminal
   */
  advice?: string
}

/** What a session needs to replay another one. */
export interface ReplayState {
  readonly cassette: Cassette
  readonly order: DeliveryOrder
  readonly report: ReportBuilder
  readonly options: Required<Omit<ReplayOptions, 'until' | 'advice'>> &
    Pick<ReplayOptions, 'until' | 'advice'>
  /** Paths below which calls go live, after a miss with `live-after`. */
  readonly livePaths: string[]
  /** Equal calls of which one has failed, for as long as another one is still to be served. */
  readonly failed: Set<readonly Entry[]>
  /** A call went live: what follows the cut of a fork is on its own. */
  diverged: boolean
}

/** What a replaying session replays with. */
export function replayOf({ replay }: SessionState): ReplayState {
  if (replay === undefined) throw new TypeError('Not a replay.')
  return replay
}

/** The id of the session that is replayed. */
export function replaySource({ record }: SessionState): string {
  return record.replayOf ?? record.id
}
