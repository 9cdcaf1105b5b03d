import {
  type RetakeError,
  type EventRecord,
  requestOf,
  differences,
  similarity,
  type Difference,
  type ReportedCall,
  type ReportedDrift,
  type NearestRecording,
  type ReportedMiss,
  type ReplayReport,
  sumTokens,
} from '@retake/format'
import type { ResolvedReplayOptions } from '../session/replay-options.ts'
import type { SessionState } from '../session/session-state.ts'
import type { Entry, CallQuery, MatchTier } from './entry.ts'

/** What a report reads of its replay when it is written. */
interface Reported {
  readonly options: Pick<ResolvedReplayOptions, 'match' | 'onLeftover'>
  readonly cassette: { leftovers(): readonly Entry[] }
  readonly emissions: { lost(): readonly ReportedCall[] }
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
  finish(session: SessionState, replay: Reported): ReplayReport
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

  function finish(session: SessionState, { options, cassette, emissions }: Reported): ReplayReport {
    const { record } = session
    const leftover = options.onLeftover === 'ignore' ? [] : cassette.leftovers()
    const muted = emissions.lost().map(toReported)
    const report = {
      session: record.id,
      replayOf: record.replayOf ?? '',
      match: options.match,
      served: Object.values(tiers).reduce((sum, count) => sum + count, 0),
      exact: tiers.exact,
      reordered: tiers.reordered,
      relocated: tiers.relocated,
      drifted,
      missed,
      leftover: leftover.map(({ event }) => toReported(event)),
      pending,
      live,
      ...(muted.length > 0 && { muted }),
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

type Counted = Pick<ReplayReport, 'missed' | 'leftover' | 'drifted' | 'live' | 'muted'>

function formatStatus(report: Counted, failure: RetakeError | undefined): string {
  const { missed, leftover, drifted, live, muted } = report
  const counts = {
    miss: missed.length,
    leftover: leftover.length,
    drift: drifted.length,
    live: live.length,
    muted: muted?.length ?? 0,
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
