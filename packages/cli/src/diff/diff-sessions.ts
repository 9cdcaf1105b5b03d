import type { Difference, EventKind, EventRecord, SessionData } from '@retake/core'
import { sumTokens } from '@retake/format'
import { compareAnswers } from '@retake/http/resend'
import { alignEvents, eventDifferences } from './align-events.ts'
import { requestDifferences } from './request-differences.ts'

/** An event, as far as a comparison names it. */
export interface NamedEvent {
  readonly seq: number
  readonly kind: EventKind
  readonly name: string
}

/** One event that is not the same in both sessions. */
export interface ChangedEvent {
  readonly change: 'changed' | 'vanished' | 'appeared'
  readonly before?: NamedEvent
  readonly after?: NamedEvent
  readonly request: readonly Difference[]
  readonly outcome: readonly Difference[]
}

/** Sums of both sessions. */
export interface ComparedTotals {
  readonly events: readonly [before: number, after: number]
  readonly errors: readonly [before: number, after: number]
  readonly tokens: readonly [before: number, after: number]
  readonly costUsd: readonly [before: number, after: number]
}

/** Two sessions, side by side. */
export interface SessionDiff {
  readonly before: string
  readonly after: string
  readonly isSame: boolean
  /** What they were asked over HTTP. */
  readonly request: readonly Difference[]
  readonly events: readonly ChangedEvent[]
  /** Events that are the same in both. */
  readonly same: number
  /** What they answered over HTTP. */
  readonly answer: readonly Difference[]
  readonly totals: ComparedTotals
}

/** Compares two sessions: which calls appeared, vanished or changed, the answers, and what they cost. */
export function diffSessions(before: SessionData, after: SessionData): SessionDiff {
  const aligned = alignEvents(before.events, after.events)
  const events = aligned.filter(({ change }) => change !== 'same').map(toChanged)
  const { response: recorded } = before.session
  const { response: now } = after.session
  const request = requestDifferences(before.session, after.session)
  const answer = recorded && now ? compareAnswers(recorded, now) : []
  return {
    before: before.session.id,
    after: after.session.id,
    isSame: events.length + answer.length + request.length === 0,
    request,
    events,
    same: aligned.length - events.length,
    answer,
    totals: compareTotals(before, after),
  }
}

function toChanged(aligned: ReturnType<typeof alignEvents>[number]): ChangedEvent {
  const none = { request: [], outcome: [] }
  if (aligned.change === 'vanished') {
    return { change: 'vanished', before: toNamed(aligned.before), ...none }
  }
  if (aligned.change === 'appeared') {
    return { change: 'appeared', after: toNamed(aligned.after), ...none }
  }
  const { before, after } = aligned
  return {
    change: 'changed',
    before: toNamed(before),
    after: toNamed(after),
    ...eventDifferences(before, after),
  }
}

function toNamed({ seq, kind, name }: EventRecord): NamedEvent {
  return { seq, kind, name }
}

function compareTotals(before: SessionData, after: SessionData): ComparedTotals {
  const both = (measure: (data: SessionData) => number) =>
    [measure(before), measure(after)] as const
  return {
    events: both(({ events }) => events.length),
    errors: both(({ events }) => events.filter(({ state }) => state === 'error').length),
    tokens: both(({ end }) => sumTokens(end?.totals.usage)),
    costUsd: both(({ end }) => end?.totals.costUsd ?? 0),
  }
}
