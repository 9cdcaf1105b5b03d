import type { Cassette } from './cassette.ts'
import type { DeliveryOrder } from './order.ts'
import type { SessionState } from '../session/session-state.ts'
import type { ReportBuilder } from './report.ts'
import type { ReplayOptions } from '../session/replay-options.ts'
import type { Entry } from './entry.ts'

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
