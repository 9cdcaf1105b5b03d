import type { Encoded, EventRecord } from '@retake/core'
import { clip } from '../terminal/format.ts'

const TEXT_FIELDS: readonly string[] = [
  'text',
  'content',
  'message',
  'answer',
  'prompt',
  'query',
  'delta',
  'url',
]
const MAX_DEPTH = 8

/** What a call was asked, in a few words: the end of a conversation, a prompt, the arguments. */
export function previewRequest({ request }: EventRecord, width: number): string {
  return request === undefined ? '' : clip(lastText(request) ?? JSON.stringify(request), width)
}

/** What a call gave back, in a few words; of a failure its message. */
export function previewOutcome({ outcome, state, withheld }: EventRecord, width: number): string {
  if (withheld !== undefined) return clip(`withheld: ${withheld}`, width)
  if (outcome === undefined) return state === 'pending' ? 'in flight when the session ended' : ''
  const { value, error, stream } = outcome
  if (error !== undefined) return clip(lastText(error) ?? JSON.stringify(error), width)
  if (stream !== undefined) return clip(joinedText(stream.parts), width)
  return value === undefined ? '' : clip(lastText(value) ?? JSON.stringify(value), width)
}

// The text that comes last says most: of a conversation the newest message, of an answer what it ends in.
function lastText(value: Encoded, depth = 0): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return undefined
  if (isList(value)) return firstFound(value.toReversed(), depth)
  const named = TEXT_FIELDS.flatMap((name) => (value[name] === undefined ? [] : [value[name]]))
  return firstFound(named, depth) ?? firstFound(Object.values(value).filter(isObject), depth)
}

function firstFound(values: readonly Encoded[], depth: number): string | undefined {
  for (const value of values) {
    const found = lastText(value, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

// Parts of streams bring their text in pieces.
function joinedText(parts: readonly Encoded[]): string {
  const text = parts.map((part) => pieceOf(part)).join('')
  return text === '' ? `${parts.length} parts` : text
}

function pieceOf(part: Encoded): string {
  if (typeof part === 'string') return part
  if (!isObject(part) || isList(part)) return ''
  const { delta, textDelta, text, content } = part
  const piece = delta ?? textDelta ?? text ?? content
  return typeof piece === 'string' ? piece : ''
}

function isObject(value: Encoded): value is Exclude<Encoded, null | boolean | number | string> {
  return typeof value === 'object' && value !== null
}

function isList(value: object): value is readonly Encoded[] {
  return Array.isArray(value)
}
