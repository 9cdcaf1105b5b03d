import { isJsonType, type Encoded, type OutboundResponse } from '@retake/format'
import { mediaType } from './media-type.ts'
import { parseExactly } from './parse-exactly.ts'

// One value of JSON a line.
const LINES =
  /^(?:application|text)\/(?:[\w.+-]*[.+-])?(?:ndjson|jsonl|jsonlines|json-lines|json-seq|stream\+json)$/

/** A body taken apart as far as it can be compared: into values, events or lines. */
export function comparableBody(answer: OutboundResponse): Encoded | undefined {
  const { body } = answer
  if (typeof body !== 'string') return body
  const type = mediaType(answer) ?? ''
  if (type === 'text/event-stream') return toEvents(body)
  if (LINES.test(type)) return toLines(body)
  const value = isJsonType(type) ? parseExactly(body) : undefined
  return value ?? (body.includes('\n') ? body.split(/\r?\n/) : body)
}

// What a record of `json-seq` begins with.
const RECORD_SEPARATOR = String.fromCodePoint(0x1e)

function toLines(text: string): Encoded {
  return text
    .replaceAll(RECORD_SEPARATOR, '\n')
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '')
    .map(parsed)
}

// An event ends with an empty line; its fields are lines of `name: value`.
function toEvents(text: string): Encoded {
  return text
    .split(/\r?\n\r?\n|\r\r/)
    .map(toFields)
    .filter((fields) => Object.keys(fields).length > 0)
}

function toFields(event: string): { readonly [name: string]: Encoded } {
  const fields = new Map<string, string>()
  for (const line of event.split(/\r\n|\n|\r/)) {
    // Comments keep a connection open, and come as time goes by.
    if (line === '' || line.startsWith(':')) continue
    const colon = line.indexOf(':')
    const name = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    const before = fields.get(name)
    fields.set(name, before === undefined ? value : `${before}\n${value}`)
  }
  return Object.fromEntries([...fields].map(([name, value]) => [name, parsed(value)]))
}

function parsed(text: string): Encoded {
  return /^\s*[[{"]/.test(text) ? (parseExactly(text) ?? text) : text
}
