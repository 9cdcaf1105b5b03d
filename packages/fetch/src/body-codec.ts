import type { CallCodec, Note } from '@retake/core/adapter'
import { decodeText } from '@retake/http'

/** Bytes of a character in two chunks: those with which a chunk begins, or ends. Noted before the chunk's text. */
interface CutCharacter {
  readonly head?: Uint8Array
  readonly tail?: Uint8Array
}

const NO_BYTES = new Uint8Array()

const encoder = new TextEncoder()

/**
 * Records the chunks of a body just as the network cut them.
 *
 * Chunks of text are stored as text, so that what is secret in them is found, also where it is cut in two. Few of
 * them are cut within a character: its bytes are noted beside them. What is no text is stored as bytes.
 *
 * @param isText whether the body says that it is text, which need not be true.
 * @see docs/decisions/0043-bodies-are-stored-by-chunk.md
 */
export function createBodyCodec(isText: () => boolean): CallCodec {
  let note: Note | undefined
  let cut: CutCharacter = {}

  function pack(chunk: unknown): unknown {
    if (!(chunk instanceof Uint8Array) || !isText()) return chunk
    const start = leadingBytes(chunk)
    const end = chunk.length - trailingBytes(chunk)
    const text = start <= end ? decodeText(chunk.subarray(start, end)) : undefined
    if (text === undefined) return chunk
    if (start > 0) note?.({ head: chunk.slice(0, start) })
    if (end < chunk.length) note?.({ tail: chunk.slice(end) })
    return text
  }

  function unpack(stored: unknown): unknown {
    if (typeof stored === 'string') return join(stored)
    if (isCutCharacter(stored)) cut = { ...cut, ...stored }
    return stored
  }

  function join(text: string): Uint8Array {
    const bytes = encoder.encode(text)
    const { head = NO_BYTES, tail = NO_BYTES } = cut
    if (head.length + tail.length === 0) return bytes
    cut = {}
    const whole = new Uint8Array(head.length + bytes.length + tail.length)
    whole.set(head)
    whole.set(bytes, head.length)
    whole.set(tail, head.length + bytes.length)
    return whole
  }

  return { onOpen: (given) => void (note = given), pack, unpack, isNote: isCutCharacter }
}

function isCutCharacter(stored: unknown): stored is CutCharacter {
  return typeof stored === 'object' && stored !== null && ('head' in stored || 'tail' in stored)
}

// A character takes up to four bytes: one that says how many, and others that begin with the bits 10.
const LONGEST = 4

function leadingBytes(chunk: Uint8Array): number {
  let count = 0
  while (count < LONGEST && isContinuation(chunk[count])) count++
  return count
}

function trailingBytes(chunk: Uint8Array): number {
  for (let count = 1; count <= Math.min(LONGEST, chunk.length); count++) {
    const byte = chunk[chunk.length - count]
    if (!isContinuation(byte)) return count < lengthOf(byte) ? count : 0
  }
  return 0
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >> 6 === 0b10
}

function lengthOf(first = 0): number {
  if (first < 0xc0) return 1
  if (first < 0xe0) return 2
  return first < 0xf0 ? 3 : 4
}
