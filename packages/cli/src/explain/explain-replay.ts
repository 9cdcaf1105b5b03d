import type {
  Difference,
  EventKind,
  ReplayReport,
  ReportedDrift,
  ReportedMiss,
  ReportedOvertaking,
  SessionData,
} from '@retake/core'
import { answerHints, type NotCompared, type ReportedAnswer } from '@retake/format'
import { requestDifferences } from '../diff/request-differences.ts'
import { originOf } from './origin.ts'
import { ruleFor, volatileKinds } from './volatile.ts'

/** A difference, and what can be said of it. */
export interface ExplainedDifference extends Difference {
  /** Where what was recorded came from. */
  readonly origin?: string
  /** What to do about something that is another one each time. */
  readonly rule?: string
}

/** One thing that did not go as recorded. */
export interface Finding {
  readonly finding: 'miss' | 'drift' | 'leftover' | 'timer'
  readonly kind: EventKind
  readonly name: string
  readonly path: string
  /** The recording that it is about: the nearest one of a miss. */
  readonly recording?: number
  /** How alike the two requests are, from 0 to 1. */
  readonly likeness?: number
  /** The nearest recording had been served already. */
  readonly isUsed?: boolean
  /** Of a call that comes before a plain timer now: how long both took when recorded, in milliseconds. */
  readonly race?: { readonly callMs: number; readonly timerMs: number }
  readonly differences: readonly ExplainedDifference[]
}

/** Why a replay did not go as recorded. */
export interface Explanation {
  readonly session: string
  readonly replay: string
  readonly status: string
  /** Where the request itself was another one. */
  readonly request: readonly Difference[]
  /** In the order in which they came: the first one is where the run diverged. */
  readonly findings: readonly Finding[]
  /** How the answer compares with the recorded one. Absent where the two were not compared. */
  readonly answer?: ExplainedAnswer
}

/** How an answer compares with the recorded one, and what to do about it. */
export interface ExplainedAnswer {
  readonly differences: readonly Difference[]
  readonly notCompared: readonly NotCompared[]
  /** Such as "differs in body.at: a date near the replay's start; `virtualize: ['date']` gives it again". */
  readonly hints: readonly string[]
}

/** Explains a replay by its report, beside the session that it replayed. */
export function explainReplay(
  source: SessionData,
  replayed: SessionData,
  report: ReplayReport,
): Explanation {
  const drifts = report.drifted.map((drift) => explainDrift(source, drift))
  const misses = report.missed.map((miss) => explainMiss(source, miss))
  // What a call should have been served that missed it is left over for that.
  const missed = new Set(misses.map(({ recording }) => recording))
  const unasked = report.leftover.filter(({ seq }) => !missed.has(seq))
  const leftovers = unasked.map(({ seq, kind, name, path }): Finding => ({
    finding: 'leftover',
    kind,
    name,
    path,
    recording: seq,
    differences: [],
  }))
  return {
    session: source.session.id,
    replay: replayed.session.id,
    status: report.status,
    request: requestDifferences(source.session, replayed.session),
    // What a timer changes comes before what follows from it.
    findings: [...(report.overtook ?? []).map(explainRace), ...drifts, ...misses, ...leftovers],
    ...(report.answer && { answer: explainAnswer(report.answer) }),
  }
}

function explainRace({ seq, kind, name, path, ms, timerMs }: ReportedOvertaking): Finding {
  const race = { callMs: ms, timerMs }
  return { finding: 'timer', kind, name, path, recording: seq, race, differences: [] }
}

function explainAnswer(answer: ReportedAnswer): ExplainedAnswer {
  const { differences, notCompared } = answer
  return { differences, notCompared, hints: answerHints(answer) }
}

function explainDrift(source: SessionData, drift: ReportedDrift): Finding {
  const { seq, kind, name, path, likeness } = drift
  return {
    finding: 'drift',
    kind,
    name,
    path,
    recording: seq,
    likeness,
    differences: drift.differences.map((found) => explainDifference(source, found, seq)),
  }
}

function explainMiss(source: SessionData, miss: ReportedMiss): Finding {
  const {
    kind,
    name,
    path,
    nearest: [near],
  } = miss
  return {
    finding: 'miss',
    kind,
    name,
    path,
    ...(near && { recording: near.seq, likeness: near.likeness, isUsed: near.used }),
    differences: (near?.differences ?? []).map((found) =>
      explainDifference(source, found, near?.seq ?? 0),
    ),
  }
}

function explainDifference(
  source: SessionData,
  found: Difference,
  before: number,
): ExplainedDifference {
  const kinds = volatileKinds(found.recorded ?? '', found.now ?? '')
  const origin = kinds.length === 0 ? originOf(source, found, before) : undefined
  return {
    ...found,
    ...(origin !== undefined && { origin }),
    ...(kinds.length > 0 && { rule: kinds.map(ruleFor).join('; ') }),
  }
}
