import {
  type RetakeError,
  type Comparison,
  type EventRecord,
  type OpenedEvent,
  reportedAnswer,
  type ReportedAnswer,
  requestOf,
  differences,
  similarity,
  type Difference,
  type ReportedCall,
  type ReportedDrift,
  type ReportedOvertaking,
  type NearestRecording,
  type ReportedMiss,
  type ReplayReport,
  sumTokens,
} from '@retake/format'
import type { ResolvedReplayOptions } from '../session/replay-options.ts'
import type { SessionState } from '../session/session-state.ts'
import type { Entry, CallQuery, MatchTier } from './entry.ts'
import { leftoversOf } from './leftovers.ts'
import type { RecordedSource } from '../session/recorded-source.ts'
import { createServedFunctions } from './served-functions.ts'

/** What a report reads of its replay when it is written. */
interface Reported {
  readonly options: Pick<ResolvedReplayOptions, 'match' | 'onLeftover'>
  readonly cassette: { leftovers(): readonly Entry[] }
  readonly toldLeft: readonly Entry[] | undefined
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
  /** A call comes before a plain timer that was over before it when recorded. */
  overtook(event: OpenedEvent, timerMs: number): void
  /** A call outside of the replay was refused, which may have belonged to it. */
  refused(): void
  /** The answer was compared with the recorded one. */
  answered(comparison: Comparison, about: AnswerSource): void
  /** The report as of now. */
  finish(session: SessionState, replay: Reported): ReplayReport
}

/** What the report of an answer reads of the two sessions. */
interface AnswerSource {
  readonly source: RecordedSource
  readonly startedMs: number
  /** Whether capture lets the report show what differs, or only where. */
  readonly showsValues: boolean
}

const MAX_DIFFERENCES = 20
const MAX_OVERTAKINGS = 20

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
  const overtaking = new Map<number, ReportedOvertaking>()
  const saved = { tokens: 0, costUsd: 0, ms: 0 }
  const functions = createServedFunctions()
  let answer: ReportedAnswer | undefined
  let pending = 0
  let released = 0
  let redacted = 0
  let refused = 0

  function served(entry: Entry, tier: MatchTier, query: CallQuery): void {
    const { event } = entry
    tiers[tier]++
    if (event.state === 'pending') pending++
    if (event.redacted) redacted++
    saved.tokens += sumTokens(event.usage)
    saved.costUsd += event.costUsd ?? 0
    saved.ms += event.ms ?? 0
    functions.note(event)
    if (tier === 'drifted' || tier === 'position') drifted.push(toDrift(entry, tier, query))
  }

  function answered(
    comparison: Comparison,
    { source, startedMs, showsValues }: AnswerSource,
  ): void {
    const { session, virtual = [] } = source
    const found = reportedAnswer(comparison, {
      times: { recordedMs: Date.parse(session.startedAt), nowMs: startedMs },
      virtual: virtual.flatMap(({ of = [] }) => of),
      served: functions.listed(),
    })
    answer = showsValues ? found : withoutValues(found)
  }

  function finish(session: SessionState, replay: Reported): ReplayReport {
    const { record } = session
    const { options } = replay
    const leftover = options.onLeftover === 'ignore' ? [] : leftoversOf(replay)
    const muted = replay.emissions.lost().map(toReported)
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
      ...(overtaking.size > 0 && { overtook: [...overtaking.values()] }),
      dry: session.virtual?.dry ?? 0,
      late: session.late,
      ...(refused > 0 && { refused }),
      saved: { ...saved, ms: Math.round(saved.ms) },
      ...(answer && { answer }),
    }
    return { ...report, status: formatStatus(report, session.failure) }
  }

  return {
    served,
    answered,
    finish,
    missed: (query, nearest) =>
      void missed.push({ ...toReported({ ...query, seq: missed.length + 1 }), nearest }),
    live: (event) => void live.push(toReported(event)),
    diverged(event, entry, found) {
      const likeness = similarity(requestOf(entry.event), event.request)
      drifted.push({ ...toReported(entry.event), tier: 'compared', likeness, differences: found })
    },
    released: () => void released++,
    overtook(event, timerMs) {
      if (overtaking.size < MAX_OVERTAKINGS || overtaking.has(event.seq)) {
        overtaking.set(event.seq, { ...toReported(event), ms: event.ms ?? 0, timerMs })
      }
    },
    refused: () => void refused++,
  }
}

type Counted = Pick<
  ReplayReport,
  'answer' | 'missed' | 'leftover' | 'drifted' | 'live' | 'muted' | 'refused'
>

function formatStatus(report: Counted, failure: RetakeError | undefined): string {
  const { answer, missed, leftover, drifted, live, muted = [], refused = 0 } = report
  const counts = {
    miss: missed.length,
    leftover: leftover.length,
    drift: drifted.length,
    live: live.length,
    muted: muted.length,
    refused,
  }
  const counted = Object.entries(counts).flatMap(([name, count]) =>
    count > 0 ? [`${name}=${count}`] : [],
  )
  if (failure && counted.length === 0) return `error=${failure.code}`
  const listed = [...answerStatus(answer), ...counted]
  return listed.length > 0 ? listed.join(', ') : 'ok'
}

function withoutValues(answer: ReportedAnswer): ReportedAnswer {
  const differences = answer.differences.map((found) => ({
    ...found,
    recorded: undefined,
    now: undefined,
  }))
  return { ...answer, differences }
}

// `ok` is only said of what was compared.
function answerStatus(answer: ReportedAnswer | undefined): readonly string[] {
  if (answer === undefined) return []
  if (answer.differences.length > 0) return ['differs']
  return answer.notCompared.length > 0 ? ['unverified'] : []
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
