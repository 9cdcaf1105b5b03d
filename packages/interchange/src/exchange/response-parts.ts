import { Buffer } from 'node:buffer'
import { decodeText, type Encoded, isTextType } from '@retake/format'
import { toBytes } from './text-bytes.ts'
import { fromStored, isObject, toStored } from './stored-value.ts'

// The end of a server-sent event: an empty line, whichever way lines end.
const END_OF_EVENT = /(?<=\r\n\r\n|\n\n|\r\r)(?!$)/

/**
 * The body of an answer as the parts of a recorded stream: text as text, other bytes as bytes.
 *
 * How the network cut a body is known to no other tool, so one of server-sent events is cut after each of them, and
 * any other comes in one piece.
 */
export function toParts(body: Uint8Array, contentType: string): readonly Encoded[] {
  if (body.length === 0) return []
  const text = isTextType(contentType) ? decodeText(body) : undefined
  if (text === undefined) return [toStored(body)]
  return /^text\/event-stream\b/i.test(contentType) ? text.split(END_OF_EVENT) : [text]
}

/**
 * The bytes that the parts of a recorded stream are.
 *
 * A character that the network cut in two is noted before the text that it belongs to.
 *
 * @see docs/decisions/0043-bodies-are-stored-by-chunk.md
 */
export function bytesOf(parts: readonly Encoded[]): Uint8Array {
  const pieces: Uint8Array[] = []
  let tail: Uint8Array | undefined
  for (const part of parts) {
    if (typeof part === 'string') {
      pieces.push(toBytes(part), ...(tail ? [tail] : []))
      tail = undefined
      continue
    }
    const value = fromStored(part)
    if (value instanceof Uint8Array) pieces.push(value)
    else if (isObject(part)) {
      const note = value as { readonly head?: Uint8Array; readonly tail?: Uint8Array }
      if (note.head instanceof Uint8Array) pieces.push(note.head)
      if (note.tail instanceof Uint8Array) ({ tail } = note)
    }
  }
  return new Uint8Array(Buffer.concat(pieces))
}
