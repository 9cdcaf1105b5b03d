import { isEncodedObject, textOf } from '../codec/tags.ts'
import type { Encoded } from '../event.ts'

/**
 * Redacts texts that a stream brings in pieces, so that a secret that is cut in two is found.
 *
 * Pieces of one text are parts whose `type` ends in `delta`, with the same `type` and `id`. A text that
 * changes moves into its first piece, and the others become empty.
 *
 * @returns what the pieces hold now, by index of the part.
 */
export function redactDeltas(
  parts: readonly Encoded[],
  redact: (text: string) => string,
): ReadonlyMap<number, string> {
  const redacted = new Map<number, string>()
  const pieces = parts.flatMap(toPiece)
  for (const group of Map.groupBy(pieces, ({ stream }) => stream).values()) {
    const whole = group.map(({ text }) => text).join('')
    const safe = redact(whole)
    for (const [at, { index, text }] of group.entries()) {
      const moved = at === 0 ? safe : ''
      redacted.set(index, safe === whole ? text : moved)
    }
  }
  return redacted
}

/** Which field of a part holds a piece of a text; `undefined` when none does. */
export function deltaField(part: Encoded | undefined): 'delta' | 'text' | undefined {
  if (!isEncodedObject(part) || !textOf(part.type).endsWith('delta')) return undefined
  if (typeof part.delta === 'string') return 'delta'
  return typeof part.text === 'string' ? 'text' : undefined
}

interface Piece {
  readonly index: number
  readonly stream: string
  readonly text: string
}

function toPiece(part: Encoded, index: number): Piece[] {
  const field = deltaField(part)
  if (field === undefined || !isEncodedObject(part)) return []
  const stream = JSON.stringify([part.type, part.id ?? part.item_id])
  return [{ index, stream, text: textOf(part[field]) }]
}
