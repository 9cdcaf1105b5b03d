import type { EventKind, EventRecord, SessionData } from '@retake/core'
import { sumTokens } from '@retake/format'
import { decode } from '@retake/core/cassette-file'
import type { TestSession } from '../test-session.ts'

/** A call, to a matcher. */
export interface ObservedCall {
  readonly kind: EventKind
  readonly name: string
  readonly model?: string
  readonly request?: unknown
}

/** A session, to a matcher. */
export interface Observed {
  readonly calls: readonly ObservedCall[]
  readonly tokens: number
  readonly costUsd: number
}

/**
 * What matchers look at: the session of a running test, or one that was read from anywhere.
 *
 * @throws {TypeError} when it is no session.
 */
export function observe(received: unknown): Observed {
  if (isTestSession(received)) {
    const { calls, totals } = received
    return {
      calls: calls.map(toObserved),
      tokens: sumTokens(totals.usage),
      costUsd: totals.costUsd,
    }
  }
  if (isSessionData(received)) {
    const { events } = received
    return {
      calls: events.filter(({ fp }) => fp !== undefined).map(toObserved),
      tokens: events.reduce((sum, { usage }) => sum + sumTokens(usage), 0),
      costUsd: events.reduce((sum, { costUsd = 0 }) => sum + costUsd, 0),
    }
  }
  throw new TypeError(
    'This matcher takes the fixture "session" of a test, or what readCassetteFile and store.load give.',
  )
}

/** Such as `tool weather`. */
export function describeCall({ kind, name }: Pick<ObservedCall, 'kind' | 'name'>): string {
  return `${kind} ${name}`
}

function toObserved({
  kind,
  name,
  model,
  request,
}: Pick<EventRecord, 'kind' | 'name' | 'model' | 'request'>): ObservedCall {
  return {
    kind,
    name,
    ...(model !== undefined && { model }),
    ...(request !== undefined && { request: decode(request) }),
  }
}

function isTestSession(value: unknown): value is TestSession {
  return isObject(value) && Array.isArray(value.calls) && typeof value.cassette === 'string'
}

function isSessionData(value: unknown): value is SessionData {
  return isObject(value) && Array.isArray(value.events) && isObject(value.session)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
