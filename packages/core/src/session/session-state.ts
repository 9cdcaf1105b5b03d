import type { Config } from '../config.ts'
import type { RetakeError } from '../errors.ts'
import type { EndState, EventKind, EventRecord, SessionRecord, UpdateRecord } from '../event.ts'
import type { ReplayState } from '../replay/replay-state.ts'
import type { Session } from './session-handle.ts'
import type { BufferedLog } from './sampling.ts'
import type { SessionLog } from '../store.ts'
import type { Timer } from '../clock.ts'

/** How a response, or the function of a session, came to its end. */
export type OverReason = 'finished' | 'client_closed' | 'error'

/** A call whose outcome is not known yet. */
interface OpenCall {
  readonly seq: number
  /** Closes it as it is: the session does not wait any longer. */
  abandon(): void
}

/** Sums that grow while a session runs. */
export interface RunningTotals {
  events: number
  errors: number
  costUsd: number
  readonly kinds: Partial<Record<EventKind, number>>
  inputTokens: number
  outputTokens: number
  cachedInputTokens: number
  reasoningTokens: number
}

/**
 * A session while it runs: plain data, worked on by the functions of `session.ts`.
 *
 * Kept small, since a server holds one per request.
 */
export interface SessionState {
  readonly config: Config
  readonly record: SessionRecord
  /** Present in a replay. */
  readonly replay?: ReplayState
  /** Absent when nothing is stored, or when the store failed. */
  log: SessionLog | BufferedLog | undefined
  /** Last `seq` given out. */
  seq: number
  /** Last completion tick given out. */
  tick: number
  /** Work that the end of the session waits for. */
  pending: number
  open: Map<number, OpenCall> | undefined
  /** Starts of events that are not written yet, by `seq`. */
  held: Map<number, EventRecord> | undefined
  /** Calls that a replay has served and not written yet. */
  served: EventRecord[] | undefined
  /** Rises when the session stops waiting: what was pending then does not count any more. */
  epoch: number
  totals: RunningTotals
  /** What `setTags` and the like changed. */
  changes: UpdateRecord | undefined
  over: OverReason | undefined
  settled: boolean
  /** Calls that started after the session had settled. */
  late: number
  /** Records that the store did not take: what it holds is not the whole session. */
  lost: number
  endState: EndState | undefined
  endReason: string | undefined
  /** The first failure of a replay. It stays, whatever the app makes of it. */
  failure: RetakeError | undefined
  drain: Timer | undefined
  waiters: (() => void)[] | undefined
  handle: Session | undefined
  /** The session's pseudo-random stream, once something has drawn from it. */
  random: (() => number) | undefined
}
