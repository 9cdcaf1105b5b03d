import { Buffer } from 'node:buffer'
import { parseJson } from '../read/json.ts'
import { readEach, type ReadItems } from '../read/read-each.ts'
import { createReader, type Reader } from '../read/reader.ts'

/** Attributes of a span, as plain JSON. */
export type ReadAttributes = Readonly<Record<string, unknown>>

/** Something that happened within a span. */
export interface ReadSpanEvent {
  readonly name: string
  readonly atMs: number
  readonly attributes: ReadAttributes
}

/** A span as it was read. */
export interface ReadSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly name: string
  readonly startMs: number
  readonly ms: number
  readonly attributes: ReadAttributes
  readonly events: readonly ReadSpanEvent[]
  readonly isError: boolean
  readonly message: string | undefined
  readonly service: string | undefined
}

const ID = /^[0-9a-f]{1,64}$/i
const PER_MS = 1_000_000n
// What JavaScript can tell as a date.
const LAST = 8_640_000_000_000_000n * PER_MS

/**
 * Reads all spans of a text: one request of OTLP, or one in each line, as collectors write files.
 *
 * @throws {ReplayInvalidSessionError} for text that is no OTLP, or of which no span can be read.
 */
export function readSpans(text: string): ReadItems<ReadSpan> {
  const found = documentsOf(text).flatMap((root) => list(root, 'resourceSpans').flatMap(spansOf))
  return readEach(
    found.map(({ span }) => span),
    (span, index) => readSpan(span, found[index]?.service),
  )
}

interface FoundSpan {
  readonly span: Reader
  readonly service: string | undefined
}

function spansOf(resourceSpan: Reader): readonly FoundSpan[] {
  const resource = resourceSpan.field('resource')
  const { 'service.name': service } = resource.isThere ? attributesOf(resource) : {}
  return list(resourceSpan, 'scopeSpans').flatMap((scope) =>
    optionalList(scope, 'spans').map((span) => ({ span, service: nameOf(service) })),
  )
}

function documentsOf(text: string): readonly Reader[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const isLined = lines.length > 1 && lines.every((line) => /^\s*\{.*\}\s*$/.test(line))
  if (!isLined) return [createReader('otel', parseJson(text, 'otel'))]
  return lines.map((line, index) =>
    createReader('otel', parseJson(line, 'otel'), `line ${index + 1}`),
  )
}

function list(parent: Reader, name: string): readonly Reader[] {
  return parent.field(name).items()
}

function optionalList(parent: Reader, name: string): readonly Reader[] {
  return parent.field(name).isThere ? list(parent, name) : []
}

function nameOf(service: unknown): string | undefined {
  const isKnown = typeof service === 'string' && !service.startsWith('unknown_service')
  return isKnown ? service : undefined
}

function readSpan(span: Reader, service: string | undefined): ReadSpan {
  const start = readTime(span.field('startTimeUnixNano'))
  const end = span.field('endTimeUnixNano')
  const status = span.field('status')
  const parent = span.field('parentSpanId')
  return {
    traceId: readId(span.field('traceId')),
    spanId: readId(span.field('spanId')),
    parentSpanId: parent.textOr('') === '' ? undefined : readId(parent),
    name: span.field('name').textOr('span'),
    startMs: toMs(start),
    ms: end.isThere ? Math.max(0, toMs(readTime(end) - start)) : 0,
    attributes: attributesOf(span),
    events: optionalList(span, 'events').map((event) => ({
      name: event.field('name').textOr('event'),
      atMs: toMs(readTime(event.field('timeUnixNano'))),
      attributes: attributesOf(event),
    })),
    isError:
      status.isThere && [2, 'STATUS_CODE_ERROR'].includes(status.field('code').value as never),
    message: status.isThere ? status.field('message').textOr(undefined) : undefined,
    service,
  }
}

function readId(id: Reader): string {
  const text = id.text()
  if (!ID.test(text)) throw id.wrong('must be an id in hexadecimal')
  return text.toLowerCase()
}

// In whole nanoseconds, of which a number cannot tell all digits.
function readTime(time: Reader): bigint {
  const { value } = time
  const isNumber = typeof value === 'number' && Number.isFinite(value) && value >= 0
  const text = isNumber ? String(BigInt(Math.trunc(value))) : time.text()
  if (/^\d{1,25}$/.test(text) && BigInt(text) <= LAST) return BigInt(text)
  throw time.wrong('must be nanoseconds since 1970')
}

function toMs(nanoseconds: bigint): number {
  return Number(nanoseconds / PER_MS) + Number(nanoseconds % PER_MS) / Number(PER_MS)
}

function attributesOf(parent: Reader): ReadAttributes {
  return Object.fromEntries(
    optionalList(parent, 'attributes').map((pair) => [
      pair.field('key').text(),
      plainOf(pair.field('value')),
    ]),
  )
}

function plainOf(any: Reader): unknown {
  if (!any.isThere) return null
  const [entry] = any.fields()
  if (entry === undefined) return null
  const [type, part] = entry
  switch (type) {
    case 'intValue':
      return Number(part.value)
    case 'bytesValue':
      return new Uint8Array(Buffer.from(part.text(), 'base64'))
    case 'arrayValue':
      return optionalList(part, 'values').map(plainOf)
    case 'kvlistValue':
      return Object.fromEntries(
        optionalList(part, 'values').map((pair) => [
          pair.field('key').text(),
          plainOf(pair.field('value')),
        ]),
      )
    default:
      return ['string', 'number', 'boolean'].includes(typeof part.value) ? part.value : null
  }
}
