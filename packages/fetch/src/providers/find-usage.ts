import { asObject, type Fields, isObject } from './fields.ts'

// Google calls it `usageMetadata`.
const KEY = '"usage'
// Within a text both quotes are escaped: what this finds is a field.
const TOLD = /"usage(?:Metadata)?"\s*:\s*\{/

/** Most events of a stream that are parsed: tokens are told in its last ones. */
const MOST_EVENTS = 16

/** What an answer tells of its tokens, in the words of its API: one of JSON, or a stream of events. */
export function findUsage(body: string): Fields | undefined {
  return /^\s*[[{]/.test(body) ? fromJson(body) : fromEvents(body)
}

function fromJson(body: string): Fields | undefined {
  const at = body.lastIndexOf(KEY)
  if (at < 0) return undefined
  // Embeddings may be megabytes, and tokens are told after them. What ends with the object is a field of it.
  return usageIn(parse(`{${body.slice(at)}`)) ?? usageIn(lastOf(parse(body)))
}

// A stream of Gemini that is not asked for as one of events is a list.
function lastOf(json: unknown): unknown {
  return Array.isArray(json) ? json.at(-1) : json
}

// Anthropic tells some counts when a message begins, and the others in the changes to it, which are later and count.
function fromEvents(body: string): Fields | undefined {
  let told: Fields | undefined
  for (const event of eventsFromEnd(body)) {
    const usage = usageIn(event)
    if (usage === undefined) continue
    told = told ? { ...usage, ...known(told) } : usage
    if (asObject(event).type !== 'message_delta') return told
  }
  return told
}

/** The events that may tell tokens, the last one first. */
function* eventsFromEnd(body: string): Generator {
  let end = body.length
  let parsed = 0
  while (end > 0 && parsed < MOST_EVENTS) {
    const at = body.lastIndexOf(KEY, end)
    if (at < 0) return
    const start = body.lastIndexOf('\n', at) + 1
    const line = body.slice(start, lineEnd(body, at))
    end = start - 1
    if (!TOLD.test(line)) continue
    parsed++
    yield parse(line.slice(line.indexOf('{')))
  }
}

function lineEnd(body: string, from: number): number {
  const end = body.indexOf('\n', from)
  return end < 0 ? body.length : end
}

// Of a whole answer or a chunk; of an event of OpenAI's responses; of the beginning of Anthropic's messages; of Groq.
function usageIn(json: unknown): Fields | undefined {
  const { usage, usageMetadata, response, message, x_groq } = asObject(json)
  const inner = [response, message, x_groq].map((place) => asObject(place).usage)
  return [usage, usageMetadata, ...inner].find(isObject)
}

function known(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
