import type { Entry } from './cassette.ts'
import type { RetakeError } from '../errors.ts'
import type { EventKind, EventRecord } from '../event.ts'
import type { CallQuery, MatchTier } from './match.ts'
import { differenceLines } from './difference-lines.ts'
import { requestOf } from '../journal/recorded-event.ts'
import type { SessionState } from '../session/session-state.ts'
import { sumTokens } from '../session/totals.ts'
import { differences, formatLikeness, similarity, type Difference } from './similarity.ts'

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

/** Collects what happens in a replay. */
export interface ReportBuilder {
  served(entry: Entry, tier: MatchTier, query: CallQuery): void
  missed(query: CallQuery, nearest: readonly NearestRecording[]): void
  live(event: EventRecord): void
  /** A tool that ran for real gave another outcome than the recorded one. */
  diverged(event: EventRecord, entry: Entry, found: readonly Difference[]): void
  released(): void
  /** The report as of now. */
  finish(session: SessionState): ReplayReport
}

const MAX_DIFFERENCES = 20

export function createReport(): ReportBuilder {
  const tiers: Record<MatchTier, number> = {
    exact: 0,
    reordered: 0,
    relocated: 0,
    drifted: 0,
    position: 0,
  }
  const drifted: ReportedDrift[] = []
  const missed: ReportedMiss[] = []
  const live: ReportedCall[] = []
  const saved = { tokens: 0, costUsd: 0, ms: 0 }
  let pending = 0
  let released = 0
  let redacted = 0

  function served(entry: Entry, tier: MatchTier, query: CallQuery): void {
    const { event } = entry
    tiers[tier]++
    if (event.state === 'pending') pending++
    if (event.redacted) redacted++
    saved.tokens += sumTokens(event.usage)
    saved.costUsd += event.costUsd ?? 0
    saved.ms += event.ms ?? 0
    if (tier === 'drifted' || tier === 'position') drifted.push(toDrift(entry, tier, query))
  }

  function finish(session: SessionState): ReplayReport {
    const { record, replay } = session
    const leftover =
      replay?.options.onLeftover === 'ignore' ? [] : (replay?.cassette.leftovers() ?? [])
    const report = {
      session: record.id,
      replayOf: record.replayOf ?? '',
      match: replay?.options.match ?? 'strict',
      served: Object.values(tiers).reduce((sum, count) => sum + count, 0),
      exact: tiers.exact,
      reordered: tiers.reordered,
      relocated: tiers.relocated,
      drifted,
      missed,
      leftover: leftover.map(({ event }) => toReported(event)),
      pending,
      live,
      released,
      redacted,
      dry: session.virtual?.dry ?? 0,
      late: session.late,
      saved: { ...saved, ms: Math.round(saved.ms) },
    }
    return { ...report, status: formatStatus(report, session.failure) }
  }

  return {
    served,
    finish,
    missed: (query, nearest) =>
      void missed.push({ ...toReported({ ...query, seq: missed.length + 1 }), nearest }),
    live: (event) => void live.push(toReported(event)),
    diverged(event, entry, found) {
      const likeness = similarity(requestOf(entry.event), event.request)
      drifted.push({ ...toReported(entry.event), tier: 'compared', likeness, differences: found })
    },
    released: () => void released++,
  }
}

/** The report as text, for a log or a terminal. */
export function formatReport(report: ReplayReport): string {
  const { replayOf, status, served, exact, drifted, leftover, missed, saved } = report
  const lines = [
    `retake: replay of ${replayOf}: ${status}`,
    `  served   ${served} (${exact} exact), saved ${formatSaved(saved)}`,
    ...missed.map((call) => `  miss     ${describeCall(call)}`),
    ...drifted.flatMap((call) => [
      `  drift    ${call.seq} ${describeCall(call)} (${formatLikeness(call.likeness)})`,
      ...differenceLines(call.differences, ' '.repeat(11)),
    ]),
    ...leftover.map((call) => `  leftover ${call.seq} ${describeCall(call)}`),
  ]
  return lines.join('\n')
}

function formatSaved({ tokens, costUsd, ms }: ReplayReport['saved']): string {
  const cost = costUsd > 0 ? [`$${costUsd.toFixed(4)}`] : []
  return [`${tokens} tokens`, ...cost, `${ms} ms`].join(', ')
}

type Counted = Pick<ReplayReport, 'missed' | 'leftover' | 'drifted' | 'live'>

function formatStatus(report: Counted, failure: RetakeError | undefined): string {
  const { missed, leftover, drifted, live } = report
  const counts = {
    miss: missed.length,
    leftover: leftover.length,
    drift: drifted.length,
    live: live.length,
  }
  const listed = Object.entries(counts).flatMap(([name, count]) =>
    count > 0 ? [`${name}=${count}`] : [],
  )
  if (listed.length > 0) return listed.join(', ')
  return failure ? `error=${failure.code}` : 'ok'
}

function toDrift(entry: Entry, tier: ReportedDrift['tier'], { request }: CallQuery): ReportedDrift {
  const recorded = requestOf(entry.event)
  return {
    ...toReported(entry.event),
    tier,
    likeness: similarity(recorded, request),
    differences: differences(recorded, request).slice(0, MAX_DIFFERENCES),
  }
}

function toReported({ seq, kind, name, path }: ReportedCall): ReportedCall {
  return { seq, kind, name, path }
}

function describeCall({ kind, name, path }: ReportedCall): string {
  return path === '' ? `${kind} ${name}` : `${kind} ${name}, at ${path}`
}
