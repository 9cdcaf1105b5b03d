import type { EventKind } from './event.ts'
import type { ReportedAnswer } from './compare/answer-report.ts'
import { answerLines } from './compare/answer-lines.ts'
import { differenceLines } from './compare/difference-lines.ts'
import { formatLikeness, type Difference } from './compare/similarity.ts'

/** A call, in a report. */
export interface ReportedCall {
  /** `seq` of the recording, or of the call in the replay where there is none. */
  readonly seq: number
  readonly kind: EventKind
  readonly name: string
  readonly path: string
}

/** A call that was served although its request differs from the recorded one. */
export interface ReportedDrift extends ReportedCall {
  /** `compared`: a tool that ran for real gave another outcome than the recorded one. */
  readonly tier: 'drifted' | 'position' | 'compared'
  /** Of the requests, from 0 to 1. */
  readonly likeness: number
  readonly differences: readonly Difference[]
}

/** A recording that comes close to a call that has none. */
export interface NearestRecording {
  readonly seq: number
  readonly name: string
  /** Of the requests, from 0 to 1. */
  readonly likeness: number
  /** It was served to another call, or was in flight when the recording stopped. */
  readonly used: boolean
  readonly differences: readonly Difference[]
}

/** A call without a recording. `seq` counts the misses. */
export interface ReportedMiss extends ReportedCall {
  /** The recordings that come closest, the best one first. */
  readonly nearest: readonly NearestRecording[]
}

/** A call that comes before a plain timer of the app, which was over before it when recorded. */
export interface ReportedOvertaking extends ReportedCall {
  /** How long the call took when recorded, in milliseconds. */
  readonly ms: number
  readonly timerMs: number
}

/** How a replay went. */
export interface ReplayReport {
  /** The replay's own session. */
  readonly session: string
  readonly replayOf: string
  readonly match: string
  /** `ok`, or what to look at: `differs, leftover=2`. As in `X-Replay-Status`. */
  readonly status: string
  /** How the answer compares with the recorded one. Absent where it was not looked at: the replay failed, or went live. */
  readonly answer?: ReportedAnswer
  readonly served: number
  readonly exact: number
  readonly reordered: number
  readonly relocated: number
  readonly drifted: readonly ReportedDrift[]
  readonly missed: readonly ReportedMiss[]
  readonly leftover: readonly ReportedCall[]
  /** Calls that were in flight when recorded, and stayed so. */
  readonly pending: number
  readonly live: readonly ReportedCall[]
  /** Writes of calls to streams of the app that were seen, but not recorded: a replay cannot give them again. */
  readonly muted?: readonly ReportedCall[]
  /** Answers that came out of order, because the earlier one was never asked for. */
  readonly released: number
  /** Answers served that redaction had changed. */
  readonly redacted: number
  /** Present when a plain timer, which a replay waits for no more than for a call, may have lost a race that it had won. */
  readonly overtook?: readonly ReportedOvertaking[]
  /** Readings of a virtual clock, and virtual timers, beyond those on record, which were real. */
  readonly dry: number
  /** Calls that started after the session was over. */
  readonly late: number
  /**
   * Calls that were refused while the replay was open: made in the scope of a session that is over, they may have belonged
   * to it. Absent where there were none.
   */
  readonly refused?: number
  /** What the served calls cost when they were live. */
  readonly saved: { readonly tokens: number; readonly costUsd: number; readonly ms: number }
}

/** The report as text, for a log or a terminal. */
export function formatReport(report: ReplayReport): string {
  const { replayOf, status, served, exact, drifted, leftover, missed, saved } = report
  const { answer, muted = [] } = report
  const lines = [
    `retake: replay of ${replayOf}: ${status}`,
    `  served   ${served} (${exact} exact), saved ${formatSaved(saved)}`,
    ...missed.map((call) => `  miss     ${describeCall(call)}`),
    ...drifted.flatMap((call) => [
      `  drift    ${call.seq} ${describeCall(call)} (${formatLikeness(call.likeness)})`,
      ...differenceLines(call.differences, ' '.repeat(11)),
    ]),
    ...leftover.map((call) => `  leftover ${call.seq} ${describeCall(call)}`),
    ...muted.map(({ path }) => `  muted    what was written to a stream while this ran: ${path}`),
    ...(report.overtook ?? []).map((call) => `  timer    ${describeOvertaking(call)}`),
    ...(answer ? answerLines(answer, '  ') : []),
  ]
  return lines.join('\n')
}

/** What to say of a call that has overtaken a plain timer, and what to do about it. */
export function describeOvertaking(call: ReportedOvertaking): string {
  return `${call.seq} ${describeCall(call)} took ${Math.round(call.ms)} ms when recorded, and comes now before a timer of ${call.timerMs} ms that was over first. If the two race: record and replay with virtualize: ['timers'], or replay with timing: 'recorded'.`
}

function formatSaved({ tokens, costUsd, ms }: ReplayReport['saved']): string {
  const cost = costUsd > 0 ? [`$${costUsd.toFixed(4)}`] : []
  return [`${tokens} tokens`, ...cost, `${ms} ms`].join(', ')
}

function describeCall({ kind, name, path }: ReportedCall): string {
  return path === '' ? `${kind} ${name}` : `${kind} ${name}, at ${path}`
}
