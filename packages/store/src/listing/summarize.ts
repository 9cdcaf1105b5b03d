import {
  isRetakeError,
  type Encoded,
  type EndRecord,
  type SessionRecord,
  type MergedJournals,
  peekRequestOf,
  type RecordedEvent,
  isEncodedObject,
  tagOf,
  type SessionSummary,
} from '@retake/format'
import { clip } from './clip.ts'

/**
 * What a list shows of a session.
 *
 * Whoever changes what it says raises `INDEX_VERSION`, or what an older version said would be shown.
 */
export function summarize(data: MergedJournals): SessionSummary {
  const { session, end } = data
  const { id, name, agent, goal, tags, service, capture, request } = session
  const { startedAt, expiresAt, parent, replayOf } = session
  const input = inputOf(data)
  return {
    id,
    ...(name !== undefined && { name }),
    ...(agent !== undefined && { agent }),
    ...(goal !== undefined && { goal: clip(goal) }),
    ...(tags && { tags }),
    ...(service !== undefined && { service }),
    capture,
    ...(request && { request: { method: request.method, url: clip(request.url) } }),
    ...(input !== undefined && { input }),
    startedAt,
    ...endingOf(session, end),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(parent && { parent }),
    ...(replayOf !== undefined && { replayOf, ...statusOf(end) }),
    ...(end && { totals: end.totals }),
    ...(end?.late && { late: end.late }),
  }
}

function endingOf({ startedAt }: SessionRecord, end: EndRecord | undefined) {
  if (end === undefined) return { endState: 'indeterminate' } as const
  const { endedAt, endState, endReason } = end
  return {
    endedAt,
    durationMs: Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)),
    endState,
    ...(endReason !== undefined && { endReason: clip(endReason) }),
  }
}

function statusOf(end: EndRecord | undefined) {
  const report = end?.report
  const status = isEncodedObject(report) ? report.status : undefined
  return typeof status === 'string' ? { replayStatus: clip(status) } : {}
}

function inputOf(data: MergedJournals): string | undefined {
  const input = data.session.request?.body ?? firstRequest(data.events)
  // Bytes, dates and what else has no JSON of its own say nothing in a list.
  if (input === undefined || (isEncodedObject(input) && tagOf(input) !== undefined))
    return undefined
  return clip(typeof input === 'string' ? input : JSON.stringify(input))
}

// Of a long session the middle was not read: what follows a gap is not the first.
function firstRequest(events: readonly RecordedEvent[]): Encoded | undefined {
  for (const [index, event] of events.entries()) {
    if (event.seq !== index + 1) return undefined
    const request = readableRequest(event)
    if (request !== undefined) return request
  }
  return undefined
}

// What is wrong with a request is told to whoever loads the session.
function readableRequest(event: RecordedEvent): Encoded | undefined {
  try {
    return peekRequestOf(event)
  } catch (error) {
    if (isRetakeError(error)) return undefined
    throw error
  }
}
