import type { OpenedEvent } from '@retake/format'
import type { SessionReplay, SessionState } from '../session/session-state.ts'
import type { Ignore } from '@retake/format'
import type { RecordedSource } from '../session/recorded-source.ts'
import type { ResolvedReplayOptions } from '../session/replay-options.ts'
import type { Cassette } from './cassette.ts'
import type { Entry } from './entry.ts'
import type { DeliveryOrder } from './order.ts'
import type { EmissionState } from './recorded-emissions.ts'
import type { ReportBuilder } from './report.ts'

/** A plain timer that the code of a replay has started. */
interface PlainTimer {
  readonly ms: number
  /** When it would have been over, by the wall clock of the recording. */
  readonly dueMs: number
  /** It has fired, or was cleared. */
  readonly isOver: () => boolean
}

/** What a replay knows of the plain timers of its code. */
interface PlainTimers {
  /** Those that may still run. */
  running: PlainTimer[]
  /** When the recording was at the point at which the replay is: so long after the start of an event. */
  last: Pick<OpenedEvent, 'startedAt'>
  lastMs: number
}

/** What a session needs to replay another one. */
export interface ReplayState {
  readonly cassette: Cassette
  readonly order: DeliveryOrder
  readonly report: ReportBuilder
  readonly emissions: EmissionState
  readonly options: ResolvedReplayOptions
  readonly source: RecordedSource
  readonly ignore: Ignore | undefined
  /** Paths below which calls go live, after a miss with `live-after`. */
  readonly livePaths: string[]
  /**
   * Equal calls of which one has failed, for as long as another one is still to be served, with how long the failure asks
   * to wait, in milliseconds.
   */
  readonly failed: Map<readonly Entry[], number | undefined>
  /** Absent where timers are virtual, or take part at the recorded pace. */
  readonly plainTimers: PlainTimers | undefined
  /** Streams that have been handed out and are not over. */
  readonly streams: Set<OpenStream>
  /** The client of the recorded request had gone before its answer was whole: what was in flight then has no outcome. */
  readonly isCutShort: boolean
  /** What was left over when a final verdict was sent. */
  toldLeft: readonly Entry[] | undefined
  /** A call went live: what follows the cut of a fork is on its own. */
  diverged: boolean
}

/** A stream that somebody may be reading. */
interface OpenStream {
  /** How many of its parts have been asked for; `undefined` while one of them takes the time that it took. */
  readonly position: () => number | undefined
}

/** A replay as this folder makes it, behind what the rest of core knows of one. */
export interface StatefulReplay extends SessionReplay {
  readonly state: ReplayState
}

/**
 * What a replaying session replays with.
 *
 * @throws {TypeError} when it is no replay.
 */
export function replayStateOf({ replay }: Pick<SessionState, 'replay'>): ReplayState {
  if (replay === undefined) throw new TypeError('Not a replay.')
  // There is no other way to make one than by `Player`.
  return (replay as StatefulReplay).state
}

/** The id of the session that is replayed. */
export function replaySource({ record }: SessionState): string {
  return record.replayOf ?? record.id
}
