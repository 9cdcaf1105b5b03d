import {
  describeError,
  keepsContent,
  type Comparison,
  type ComparisonOptions,
  type Outcome,
  type ReplayReport,
  type RetakeError,
} from '@retake/format'
import type { RecordedSource } from '../session/recorded-source.ts'
import { monotonicMs } from '../runtime/clock.ts'
import type { ResolvedReplayOptions } from '../session/replay-options.ts'
import type {
  AnswerComparison,
  CallAnswer,
  FoundRecording,
  RecordedEmissions,
  SessionState,
  StartedCall,
} from '../session/session-state.ts'
import { compareOutcome } from './compare.ts'
import { decideCall, isPastCut } from './decide.ts'
import type { Entry } from './entry.ts'
import { dueMs } from './pace.ts'
import { refuse } from './refusal.ts'
import { leftoversOf } from './leftovers.ts'
import type { ReplayState, StatefulReplay } from './replay-state.ts'
import { play } from './serving.ts'
import { serveVerified } from './verify-streams.ts'
import { notePlainTimer, type PlainStart, startPlain } from './plain-timers.ts'
import { unwatchTimers } from './watch-timers.ts'

/**
 * The replay of a session, as the session and its calls know it: what they ask, handed to the files beside this one.
 *
 * A class, since every call of a replay looks its functions up.
 */
export class Player implements StatefulReplay {
  readonly state: ReplayState

  constructor(state: ReplayState) {
    this.state = state
  }

  get options(): ResolvedReplayOptions {
    return this.state.options
  }

  get source(): RecordedSource {
    return this.state.source
  }

  hasLeftovers(): boolean {
    return leftoversOf(this.state).length > 0
  }

  expectsMore(): boolean {
    return this.state.cassette.leftovers().some(({ event }) => event.after === true)
  }

  announced(): void {
    const { state } = this
    state.toldLeft ??= state.cassette.leftovers()
  }

  streamPosition({ pending }: SessionState): number | undefined {
    const { streams, order } = this.state
    if (pending !== streams.size || order.isAwaited()) return undefined
    let read = 0
    for (const { position } of streams) read += position() ?? Number.NaN
    return Number.isNaN(read) ? undefined : read
  }

  noteRefused(): void {
    this.state.report.refused()
  }

  report(session: SessionState): ReplayReport {
    return this.state.report.finish(session, this.state)
  }

  makesCalls(): boolean {
    return this.state.options.onMiss !== 'error' || isPastCut(this.state)
  }

  settled(session: SessionState): void {
    unwatchTimers(session)
    session.virtual?.timers?.release((tick) => this.skip(tick))
  }

  get moves(): number {
    return this.state.order.moves
  }

  runInTurn(tick: number, run: () => void, ms: number): void {
    const due = dueMs({ startedMs: monotonicMs() }, ms, this.options.timing)
    this.state.order.runInTurn(tick, run, due)
  }

  skip(tick: number): void {
    this.state.order.skip(tick)
  }

  startPlain(start: PlainStart): unknown {
    return startPlain(this.state, start)
  }

  notePlainTimer(ms: number, isOver: () => boolean): void {
    notePlainTimer(this.state, ms, isOver)
  }

  compareAnswer({ id, failure, startedMs, config }: SessionState, answer: AnswerComparison): void {
    const { ignore, source, diverged, report } = this.state
    // A failed replay is answered with its problem, and what goes live is to come out in another way.
    if (failure !== undefined || diverged) return
    const comparison = compareSafely(answer, { ignore, ids: [source.session.id, id] })
    const showsValues = keepsContent(config.capture.level)
    report.answered(comparison, { source, startedMs, showsValues })
  }

  answer(call: StartedCall): CallAnswer {
    return decideCall(call)
  }

  play(call: StartedCall, found: FoundRecording): unknown {
    const entry = found as Entry
    const serve = () => play(call, entry)
    const isPending = entry.event.state === 'pending'
    if (call.streams === undefined || isPending) return serve()
    return serveVerified(call, entry, call.streams, serve)
  }

  compare(call: StartedCall, found: FoundRecording, outcome: Outcome): void {
    compareOutcome(call, found as Entry, outcome)
  }

  emissions(path: string, ord: number): RecordedEmissions | undefined {
    return this.state.emissions.find(path, ord)
  }

  readStates(path: string, ord: number): readonly string[] | undefined {
    return this.state.emissions.readStates(path, ord)
  }

  refuse(call: StartedCall, error: RetakeError): unknown {
    return refuse(call, error)
  }
}

// A recording may hold anything. What cannot be compared is not vouched for.
function compareSafely(
  { compare, uncompared }: AnswerComparison,
  options: ComparisonOptions,
): Comparison {
  try {
    return compare(options)
  } catch (error) {
    return uncompared(describeError(error), options)
  }
}
