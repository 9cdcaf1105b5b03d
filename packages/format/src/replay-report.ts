import type { EventKind } from './event.ts'
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

/** How a replay went. */
export interface ReplayReport {
  /** The replay's own session. */
  readonly session: string
  readonly replayOf: string
  readonly match: string
  /** `ok`, or what to look at: `miss=1, leftover=2`. As in `X-Replay-Status`. */
  readonly status: string
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
  /** Readings of a virtual clock beyond those on record, which gave the real time. */
  readonly dry: number
  /** Calls that started after the session was over. */
  readonly late: number
  /** What the served calls cost when they were live. */
  readonly saved: { readonly tokens: number; readonly costUsd: number; readonly ms: number }
}

/** The report as text, for a log or a terminal. */
export function formatReport(report: ReplayReport): string {
  const { replayOf, status, served, exact, drifted, leftover, missed, muted = [], saved } = report
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
  ]
  return lines.join('\n')
}

function formatSaved({ tokens, costUsd, ms }: ReplayReport['saved']): string {
  const cost = costUsd > 0 ? [`$${costUsd.toFixed(4)}`] : []
  return [`${tokens} tokens`, ...cost, `${ms} ms`].join(', ')
}

function describeCall({ kind, name, path }: ReportedCall): string {
  return path === '' ? `${kind} ${name}` : `${kind} ${name}, at ${path}`
}
