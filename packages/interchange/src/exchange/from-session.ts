import type { Encoded, EventKind, EventRecord, SessionData, StreamOutcome } from '@retake/format'
import { type Exchange, type Exchanges, type Header, headerOf } from './exchange.ts'
import { countKinds } from './imported-session.ts'
import { writeBody } from './request-body.ts'
import { bytesOf } from './response-parts.ts'
import { fromStored, isObject } from './stored-value.ts'
import { textOf } from './text-of.ts'

/** The exchanges of a session that @retake/fetch has recorded, and what other formats cannot tell of the rest. */
export function fromSession({ events }: Pick<SessionData, 'events'>): Exchanges {
  const notes: string[] = []
  const exchanges = events
    .filter(({ kind }) => kind === 'http')
    .flatMap((event) => {
      const exchange = toExchange(event)
      if (typeof exchange === 'object') return notesOf(event, notes, exchange)
      notes.push(`${labelOf(event)} was left out: ${exchange}`)
      return []
    })
  return { exchanges, notes: [...leftOut(events), ...notes] }
}

function notesOf(event: EventRecord, notes: string[], exchange: Exchange): Exchange {
  const end = event.outcome?.stream?.end
  if (end !== undefined && end !== 'complete') {
    notes.push(`${exchange.label} was ${end} before its end: only what was read of it is there`)
  }
  const counted = countedNames(event)
  if (counted.length > 0) {
    notes.push(
      `${exchange.label} depends on headers that an import has to name: ${counted.join(', ')}`,
    )
  }
  if (exchange.requestBody?.length === 0) {
    notes.push(`${exchange.label} sends an empty body, which an import takes for none`)
  }
  if (exchange.status >= 300 && headerOf(exchange.responseHeaders, 'location') !== undefined) {
    notes.push(`${exchange.label} is a redirect that was not followed, which only HAR can tell`)
  }
  if (event.redacted) notes.push(`${exchange.label} was redacted when it was recorded`)
  return exchange
}

function countedNames({ request }: EventRecord): readonly string[] {
  const headers = isObject(request) ? request.headers : undefined
  return isObject(headers) ? Object.keys(headers) : []
}

function leftOut(events: readonly EventRecord[]): readonly string[] {
  const others = events.filter(({ kind }) => kind !== 'http')
  return Object.entries(countKinds(others)).map(
    ([kind, count]) => `${count} of kind ${kind} left out: ${whyNot(kind as EventKind)}`,
  )
}

function whyNot(kind: EventKind): string {
  const isModel = kind === 'llm' || kind === 'embedding' || kind === 'rerank'
  return isModel ? 'recorded by an SDK adapter, above HTTP' : 'no HTTP'
}

/** What messages call an event. */
function labelOf({ seq, kind, name }: EventRecord): string {
  return `event ${seq} (${kind} ${name})`
}

// The exchange, or why there is none.
function toExchange(event: EventRecord): Exchange | string {
  const { outcome, state, withheld } = event
  const request = fromStored(event.request)
  if (withheld !== undefined) return withheld
  if (outcome === undefined) return `it holds no answer (${state})`
  if (outcome.error !== undefined) return 'it failed without an answer'
  const head = headOf(outcome.value)
  if (!isRequest(request) || head === undefined) return 'it was not recorded by @retake/fetch'
  if (outcome.stream?.truncated) return 'its answer was too long to be recorded'
  return {
    label: labelOf(event),
    method: request.method,
    url: request.url,
    ...requestOf(request),
    ...head,
    ...(outcome.stream && { responseBody: bytesOf(outcome.stream.parts) }),
    startedAt: event.startedAt,
    ...timesOf(event.ms, outcome.stream),
  }
}

interface RecordedRequest {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

function isRequest(value: unknown): value is RecordedRequest {
  const { method, url } = (value ?? {}) as Partial<RecordedRequest>
  return typeof method === 'string' && typeof url === 'string' && URL.canParse(url)
}

function requestOf({
  headers = {},
  body,
}: RecordedRequest): Pick<Exchange, 'requestHeaders' | 'requestBody'> {
  const counted = Object.entries(headers)
  if (body === undefined) return { requestHeaders: counted }
  const written = writeBody(body)
  const hasType = headerOf(counted, 'content-type') !== undefined
  const type: Header = ['content-type', written.contentType]
  return { requestHeaders: hasType ? counted : [...counted, type], requestBody: written.body }
}

type Head = Pick<Exchange, 'status' | 'statusText' | 'responseHeaders' | 'redirectedTo'>

function headOf(stored: Encoded | undefined): Head | undefined {
  if (!isObject(stored)) return undefined
  const { status, statusText, headers, url, redirected } = stored
  if (typeof status !== 'number' || !isObject(headers)) return undefined
  return {
    status,
    statusText: typeof statusText === 'string' ? statusText : '',
    responseHeaders: Object.entries(headers).map(([name, value]) => [name, textOf(value)]),
    ...(redirected === true && typeof url === 'string' && { redirectedTo: url }),
  }
}

function timesOf(
  ms: number | undefined,
  stream: StreamOutcome | undefined,
): Pick<Exchange, 'ms' | 'headMs'> {
  const headMs = stream?.ms?.[0]
  return {
    ...(ms !== undefined && { ms }),
    ...(headMs !== undefined && { headMs: Math.min(headMs, ms ?? headMs) }),
  }
}
