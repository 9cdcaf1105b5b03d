import { type EventRecord, NOTED_KINDS, type SessionData } from '@retake/format'
import type { Exported } from '../exported.ts'
import { errorMessage, errorType, eventAttributes } from './event-attributes.ts'
import { rootSpanIdOf, spanIdOf, traceIdOf } from './ids.ts'
import { OPERATIONS } from './operations.ts'
import {
  type OtlpEvent,
  type OtlpSpan,
  SPAN_KIND,
  STATUS,
  toKeyValues,
  toNanoseconds,
} from './otlp.ts'
import { sessionAttributes } from './session-attributes.ts'
import { toSpanEvent } from './span-events.ts'

/** Writes a whole session as one trace, in the JSON of OTLP. */
export function writeOtel(data: SessionData): Exported {
  const { session, events } = data
  const eventsOf = spanEventsBySpan(data)
  const spans = events
    .filter(({ kind }) => !NOTED_KINDS.includes(kind))
    .map((event) => ({
      service: event.service ?? session.service,
      span: toSpan(data, event, eventsOf),
    }))
  const all = [{ service: session.service, span: rootSpan(data, eventsOf) }, ...spans]
  const byService = Map.groupBy(all, ({ service }) => service)
  const resourceSpans = [...byService].map(([service, own]) => ({
    resource: {
      attributes: toKeyValues({ 'service.name': service ?? 'retake', 'host.name': session.host }),
    },
    scopeSpans: [{ scope: { name: 'retake' }, spans: own.map(({ span }) => span) }],
  }))
  return {
    text: `${JSON.stringify({ resourceSpans }, null, 2)}\n`,
    count: all.length,
    notes: notesOf(data),
  }
}

function notesOf({ events }: SessionData): readonly string[] {
  const bodies = events.filter(({ kind }) => kind === 'http').length
  const notes = ['a trace cannot be replayed: order, chunks and exact answers left out']
  if (bodies > 0)
    notes.push(`headers and bodies of ${bodies} HTTP requests left out: export HAR for them`)
  return notes
}

type SpanEvents = ReadonlyMap<string, readonly OtlpEvent[]>

// Those of another writer's span cannot be told apart from those of none.
function spanEventsBySpan({ session, events }: SessionData): SpanEvents {
  const spans = new Set(
    events
      .filter(({ kind }) => !NOTED_KINDS.includes(kind))
      .map((event) => spanIdOf(session, event, event.seq)),
  )
  const found = new Map<string, OtlpEvent[]>()
  for (const event of events.filter(({ kind }) => NOTED_KINDS.includes(kind))) {
    const parent = event.parent === undefined ? '' : spanIdOf(session, event, event.parent)
    const span = spans.has(parent) ? parent : rootSpanIdOf(session)
    const list = found.get(span) ?? []
    list.push(toSpanEvent(event))
    found.set(span, list)
  }
  return found
}

function rootSpan(data: SessionData, eventsOf: SpanEvents): OtlpSpan {
  const { session, end } = data
  const lastMs = data.events.map(({ startedAt, ms = 0 }) => Date.parse(startedAt) + ms)
  const endedMs =
    end === undefined ? Math.max(Date.parse(session.startedAt), ...lastMs) : Date.parse(end.endedAt)
  const isFailure = end?.endState === 'failure'
  const reason = isFailure ? end.endReason : undefined
  return {
    traceId: traceIdOf(session),
    spanId: rootSpanIdOf(session),
    name: session.name ?? 'session',
    kind: session.request ? SPAN_KIND.server : SPAN_KIND.internal,
    startTimeUnixNano: toNanoseconds(session.startedAt),
    endTimeUnixNano: toNanoseconds(session.startedAt, endedMs - Date.parse(session.startedAt)),
    attributes: toKeyValues(sessionAttributes(data)),
    events: eventsOf.get(rootSpanIdOf(session)) ?? [],
    status: {
      code: isFailure ? STATUS.error : STATUS.unset,
      ...(reason !== undefined && { message: reason }),
    },
  }
}

function toSpan({ session }: SessionData, event: EventRecord, eventsOf: SpanEvents): OtlpSpan {
  const { seq, parent, startedAt, ms = 0 } = event
  const spanId = spanIdOf(session, event, seq)
  const isError = errorType(event) !== undefined
  const message = isError ? errorMessage(event) : undefined
  return {
    traceId: traceIdOf(session),
    spanId,
    parentSpanId: parent === undefined ? rootSpanIdOf(session) : spanIdOf(session, event, parent),
    name: spanName(event),
    kind: isRemote(event) ? SPAN_KIND.client : SPAN_KIND.internal,
    startTimeUnixNano: toNanoseconds(startedAt),
    endTimeUnixNano: toNanoseconds(startedAt, ms),
    attributes: toKeyValues(eventAttributes(event)),
    events: eventsOf.get(spanId) ?? [],
    status: {
      code: isError ? STATUS.error : STATUS.unset,
      ...(message !== undefined && { message }),
    },
  }
}

function spanName({ kind, name, model }: EventRecord): string {
  const operation = OPERATIONS[kind]
  if (kind === 'http') return name.split(' ', 1)[0] ?? name
  return operation === undefined ? name : `${operation} ${kind === 'tool' ? name : (model ?? name)}`
}

function isRemote({ kind }: EventRecord): boolean {
  return ['llm', 'embedding', 'retrieval', 'rerank', 'http', 'mcp'].includes(kind)
}
