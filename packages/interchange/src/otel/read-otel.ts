import { type EventRecord, newId } from '@retake/format'
import type { ImportOptions, ImportRedactor } from '../exchange/import-options.ts'
import { importedSession, startOf } from '../exchange/imported-session.ts'
import type { Imported } from '../exchange/to-session.ts'
import { formatError } from '../read/format-error.ts'
import { contentOfSpan, type SpanContent } from './event-of-span.ts'
import { contentOfSpanEvent } from './event-of-span-event.ts'
import { readSpans, type ReadSpan } from './read-spans.ts'
import { placeSpans } from './span-order.ts'

/** Most levels that a path tells. */
const MAX_PATH = 100

const NO_REPLAY =
  'a trace holds no exact answers: the session can be looked at and compared, but not replayed'

/**
 * Makes a session of traces in the JSON of OTLP. It cannot be replayed, and says so: its capture is `metadata`.
 *
 * @throws {ReplayInvalidSessionError} for text that is no OTLP, or holds no span.
 */
export function readOtel(text: string, options: ImportOptions): Imported {
  const { values: spans, notes } = readSpans(text)
  const placed = placeSpans(spans)
  const [first] = placed
  if (first === undefined) throw formatError('otel', '', 'holds no span')
  const { redactor } = options
  const root = placed.find(({ span }) => isSession(span))?.span
  const drafts = draftsOf(placed)
  const traces = new Set(placed.map(({ span }) => span.traceId)).size
  const top = root ?? first.span
  const { service } = top
  const agent = top.attributes['gen_ai.agent.name']
  const about = {
    name: top.name,
    startedAt: startOf(options, timeOf(top.startMs)),
    capture: 'metadata' as const,
    isFailure: top.isError,
    ...(service !== undefined && { service: redactor.name(service) }),
    ...(typeof agent === 'string' && { agent: redactor.text(agent) }),
  }
  return {
    data: importedSession(toEvents(drafts, redactor), about, options),
    notes: [NO_REPLAY, ...notes, ...(traces > 1 ? [`${traces} traces became one session`] : [])],
  }
}

/** An event before it has a number. */
interface Draft {
  readonly content: SpanContent
  /** Not before what it lies in, where clocks disagree. */
  readonly atMs: number
  readonly ms: number
  readonly depth: number
  readonly service: string | undefined
  readonly parent: Draft | undefined
}

// The span of a session becomes the session, and no event of it.
function isSession({ attributes }: ReadSpan): boolean {
  return typeof attributes['retake.session.id'] === 'string'
}

function draftsOf(placed: ReturnType<typeof placeSpans>): readonly Draft[] {
  const ofSpan: (Draft | undefined)[] = []
  const notes: Draft[] = []
  for (const { span, parent } of placed) {
    const within = parent === undefined ? undefined : ofSpan[parent]
    const content = contentOfSpan(span)
    const draft = isSession(span) ? undefined : draftOf(content, span, within, span.startMs)
    ofSpan.push(draft)
    for (const event of span.events) {
      const noted = contentOfSpanEvent(event)
      notes.push({ ...draftOf(noted, span, draft, Math.max(span.startMs, event.atMs)), ms: 0 })
    }
  }
  const spans = ofSpan.filter((draft) => draft !== undefined)
  // A stable order: what lies in a span stays behind it.
  return [...spans, ...notes].toSorted((one, other) => one.atMs - other.atMs)
}

function draftOf(
  content: SpanContent,
  { ms, service }: ReadSpan,
  parent: Draft | undefined,
  atMs: number,
): Draft {
  const depth = (parent?.depth ?? 0) + 1
  return { content, atMs: Math.max(atMs, parent?.atMs ?? 0), ms, depth, service, parent }
}

function toEvents(drafts: readonly Draft[], redactor: ImportRedactor): readonly EventRecord[] {
  const seqs = new Map(drafts.map((draft, index) => [draft, index + 1]))
  const names = drafts.map(({ content }) => redactor.name(content.name))
  const paths = new Map<Draft, string>()
  const ordinals = new Map<string, number>()
  return drafts.map((draft, index): EventRecord => {
    const { content, atMs, ms, service, parent } = draft
    const name = names[index] ?? ''
    const path = parent === undefined ? '' : (paths.get(parent) ?? '')
    const segment = `${content.kind}:${name}`
    paths.set(draft, pathBeneath(path, segment, draft))
    const place = `${path} > ${segment}`
    const ord = ordinals.get(place) ?? 0
    ordinals.set(place, ord + 1)
    const parentSeq = parent && seqs.get(parent)
    return {
      type: 'event',
      id: newId(Math.floor(atMs)),
      seq: index + 1,
      ...(parentSeq !== undefined && { parent: parentSeq }),
      ...redacted(content, redactor),
      name,
      path,
      ord,
      startedAt: timeOf(atMs),
      ms,
      ...(service !== undefined && { service: redactor.name(service) }),
    }
  })
}

// A path of every level of a hostile trace would be longer than the memory.
function pathBeneath(path: string, segment: string, { depth }: Draft): string {
  if (depth > MAX_PATH) return path
  return path === '' ? segment : `${path} > ${segment}`
}

function redacted(content: SpanContent, redactor: ImportRedactor): SpanContent {
  const { key, model, provider, request, outcome, attributes } = content
  return {
    ...content,
    ...(key !== undefined && { key: redactor.name(key) }),
    ...(model !== undefined && { model: redactor.name(model) }),
    ...(provider !== undefined && { provider: redactor.name(provider) }),
    ...(request !== undefined && { request: redactor.value(request).value }),
    ...(outcome && { outcome: redactor.outcome(outcome).value }),
    ...(attributes && {
      attributes: redactor.value(attributes).value as NonNullable<SpanContent['attributes']>,
    }),
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
