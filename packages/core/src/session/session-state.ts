import {
  keepsContent,
  type Comparison,
  type ComparisonOptions,
  type RetakeError,
  type EmissionSlot,
  type EndState,
  type EventRecord,
  type SessionRecord,
  type UpdateRecord,
  newId,
  wallMs,
  type Encoded,
  type Outcome,
  type ReplayReport,
} from '@retake/format'
import type { OpenOptions } from './session-options.ts'
import { createRecord } from './session-record.ts'
import type { SessionLog } from '@retake/store'
import { createTotals, type RunningTotals } from './totals.ts'
import type { Timer } from '../runtime/clock.ts'
import { recordVirtual, replayVirtual, type SessionVirtual } from '../virtual/session-virtual.ts'
import type { RecordedSource } from './recorded-source.ts'
import type { LeftoverPolicy, ResolvedReplayOptions } from './replay-options.ts'
import type { RunningSession, Scope } from './running-session.ts'
import type { CallOptions } from './call.ts'
import type { Session } from './session.ts'
import type { Config } from './config.ts'

/** How a response, or the function of a session, came to its end. */
export type OverReason = 'finished' | 'client_closed' | 'error'

/** What a session waits for before anything of it is stored. It may be for ever. */
export type Awaited = 'event' | 'failure' | 'nothing'

/**
 * A session while it runs: data, worked on by the functions of `lifecycle.ts`.
 *
 * Kept small, since a server holds one per request. What is not stored is not made either: the record
 * of a session costs more than to open it.
 */
export class SessionState implements RunningSession {
  readonly id: string
  readonly config: Config
  /** Present in a replay. */
  readonly replay: SessionReplay | undefined
  /** Milliseconds since the epoch. */
  readonly startedMs: number = wallMs()
  readonly options: OpenOptions
  /** Absent when nothing is stored so far, or when the store failed. */
  journal: SessionLog | undefined = undefined
  /** Absent when it is stored. */
  awaits: Awaited | undefined = undefined
  /** Records that came before it was known whether the session is stored, as JSON. */
  kept: string[] | undefined = undefined
  /** Last `seq` given out. */
  seq = 0
  /** Last completion tick given out. */
  tick = 0
  /** Work that the end of the session waits for. */
  pending = 0
  /** By `seq`, what closes the work as it is that the session does not wait for any longer. */
  open: Map<number, () => void> | undefined = undefined
  /** By `seq`, streams of bytes that nobody may ever read. */
  unread: Map<number, WeakRef<ReadableStream>> | undefined = undefined
  /** Starts of events that are not written yet, as they started. */
  held: EventRecord[] | undefined = undefined
  /** Calls that a replay has served and not written yet. */
  served: EventRecord[] | undefined = undefined
  /** Rises when the session stops waiting: what was pending then does not count any more. */
  epoch = 0
  totals: RunningTotals = createTotals()
  /** What `setTags` and the like changed. */
  changes: UpdateRecord | undefined = undefined
  over: OverReason | undefined = undefined
  /** Its response has been handed over in full. It is over once that has reached the client, or the client has gone. */
  isAnswered = false
  settled = false
  /** Its end is written, and its log closed. */
  closed = false
  /** Calls that started after the session had settled. */
  late = 0
  /** Records that the store did not take: what it holds is not the whole session. */
  lost = 0
  endState: EndState | undefined = undefined
  endReason: string | undefined = undefined
  /** What its function returned, as it is stored. */
  result: Encoded | undefined = undefined
  /** The first failure of a replay. It stays, whatever the app makes of it. */
  failure: RetakeError | undefined = undefined
  drain: Timer | undefined = undefined
  waiters: (() => void)[] | undefined = undefined
  handle: Session | undefined = undefined
  /** Absent where time and randomness are the real ones. */
  readonly virtual: SessionVirtual | undefined
  /** The session's pseudo-random stream, once something has drawn from it. */
  random: (() => number) | undefined = undefined
  made: SessionRecord | undefined = undefined

  constructor(config: Config, options: OpenOptions, replay?: SessionReplay) {
    this.config = config
    this.options = options
    this.replay = replay
    this.id = options.id ?? newId(this.startedMs)
    this.virtual = openVirtual(this)
  }

  get isReplay(): boolean {
    return this.replay !== undefined
  }

  get onLeftover(): LeftoverPolicy | undefined {
    return this.replay?.options.onLeftover
  }

  warn(kind: string, text: string): void {
    this.config.warn(kind, text)
  }

  log(text: string): void {
    this.config.log(text)
  }

  /** Its first record. Made when it is first asked for. */
  get record(): SessionRecord {
    if (this.made === undefined) {
      const { id, startedMs, options } = this
      this.made = createRecord(this.config, { ...options, ...options.about?.(), id, startedMs })
    }
    return this.made
  }
}

function openVirtual({
  config,
  options: { virtual, parent, hop },
  replay,
  startedMs,
}: SessionState): SessionVirtual | undefined {
  if (replay) {
    const isFork = parent !== undefined
    return virtual && replayVirtual(config, { source: virtual, isFork, startedMs })
  }
  // Where no answers are kept there is no replay that could need it.
  const isVirtual = config.virtualize.size > 0 && keepsContent(config.capture.level)
  return isVirtual ? recordVirtual(config, { hop, startedMs }) : undefined
}

/** Where code runs, as core knows it. */
export interface SessionScope extends Scope {
  readonly session: SessionState
}

/** A scope as core knows it. */
export function sessionScopeOf(scope: Scope): SessionScope {
  // Whoever has one was given it by core.
  return scope as SessionScope
}

/** The state behind a session as adapters see it. */
export function stateOf(session: RunningSession): SessionState {
  // There is no other implementation.
  return session as SessionState
}

/** A call that has started. */
export interface StartedCall {
  readonly scope: SessionScope
  readonly options: CallOptions
  /** Encoded and redacted, before capture left anything out: what is matched on. */
  readonly request?: Encoded
  readonly event: EventRecord
  readonly startedMs: number
  /** Streams in the request, which nobody has read so far. */
  readonly streams?: readonly object[] | undefined
}

/** What a replay has found for a call. Only the replay that found it looks inside. */
export interface FoundRecording {
  /** `seq` of the recorded call. */
  readonly seq: number
}

/** What was recorded of a stream that calls have written to. */
export interface RecordedEmissions {
  readonly slots: readonly EmissionSlot[]
  /** Longest time a chunk waits for an earlier one whose call nobody has made yet, in milliseconds. */
  readonly stallMs: number
  /** Whether the call that encloses an event was served, or runs for real; `undefined` when it was not made so far. */
  stateOf(seq: number): 'served' | 'live' | undefined
  /** Tells of each call that is decided on, until what is returned is called. */
  onServed(listener: () => void): () => void
  /** A recorded chunk was left out: its call was not made, or it cannot be read. */
  dropped(): void
}

/** How an answer is compared with the recorded one. */
export interface AnswerComparison {
  readonly compare: (options: ComparisonOptions) => Comparison
  /** Says of all of it that it was not compared, and why. */
  readonly uncompared: (why: string, options: ComparisonOptions) => Comparison
}

/** What a replay does with a call. */
export type CallAnswer =
  | { readonly kind: 'refused'; readonly error: RetakeError }
  /** Run it again, as the code around it runs again. */
  | { readonly kind: 'again' }
  /** Run it for real, and compare its outcome with the recording where one is given. */
  | { readonly kind: 'live'; readonly compare?: FoundRecording }
  /** Hand out what was found. `keep`: also write it to this session, as what it was served. */
  | {
      readonly kind: 'served'
      readonly found: FoundRecording
      readonly keep: EventRecord['served']
    }

/**
 * What a session, and the calls made in it, ask of the replay they belong to. All that session and seam know of one.
 *
 * @see docs/architecture.md#one-port-for-replays
 */
export interface SessionReplay {
  readonly options: ResolvedReplayOptions
  /** The session that is replayed. */
  readonly source: RecordedSource
  /** Whether recordings are left that no call was served. */
  hasLeftovers(): boolean
  /** Whether some of them are of calls that were made after the answer, and may yet be. */
  expectsMore(): boolean
  /** Told that a verdict was sent that is final: what is left over by then stays so, whatever is asked for afterwards. */
  announced(): void
  /**
   * How far the streams have been read that the session waits for, if it waits for nothing else: a number that rises with
   * each part, and is 0 as long as nobody has asked for one.
   */
  streamPosition(session: SessionState): number | undefined
  /** Told that a call was refused which was made outside of it, and may have belonged to it. */
  noteRefused(): void
  /** How the replay has gone so far. */
  report(session: SessionState): ReplayReport
  /** Whether a call that has no recording is made for real by now. */
  makesCalls(): boolean
  /** Told when the session has settled. */
  settled(session: SessionState): void
  /**
   * Compares an answer with the recorded one, and notes in the report what was found. Nothing where the two need not be the
   * same: the replay has failed, or calls without a recording went live.
   */
  compareAnswer(session: SessionState, answer: AnswerComparison): void
  /** Decides on a call, and takes its recording. Synchronous and atomic. */
  answer(call: StartedCall): CallAnswer
  /** Hands out a recorded outcome in the shape in which it came: a value, a promise, or a stream. */
  play(call: StartedCall, found: FoundRecording): unknown
  /** Notes it in the report when a call that ran for real gave another outcome than the recorded one. */
  compare(call: StartedCall, found: FoundRecording, outcome: Outcome): void
  /** What calls have written to the stream that was opened there, if they have. */
  emissions(path: string, ord: number): RecordedEmissions | undefined
  /** How the parts of the stream that was opened there read when the app took them, if that is on record. */
  readStates(path: string, ord: number): readonly string[] | undefined
  /** Rises whenever anything is asked for or handed out. */
  readonly moves: number
  /** Runs the callback of a timer in its recorded turn, at the start of a macrotask. `ms` is what the timer takes. */
  runInTurn(tick: number, run: () => void, ms: number): void
  /** A recorded firing will not come any more: it holds nobody up. */
  skip(tick: number): void
  /** Starts a `setTimeout` that is not virtual, for `callee`, by `start` with the delay that it is to have. */
  startPlain(timer: {
    readonly ms: unknown
    readonly callee: (...args: never[]) => unknown
    readonly start: (ms: unknown) => unknown
  }): unknown
  /** Notes another timer that is not virtual, for the hint that it has lost a race it had won. */
  notePlainTimer(ms: number, isOver: () => boolean): void
  /** Refuses a call in the shape in which its answer would have come. */
  refuse(call: StartedCall, error: RetakeError): unknown
}
