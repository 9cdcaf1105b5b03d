import { isEncodedObject, textOf, type EncodedObject, type Encoded } from '@retake/format'

/** The pieces of one text, in the order in which they came. */
interface Pieces {
  readonly indexes: number[]
  readonly texts: string[]
}

/**
 * Redacts texts that come in pieces, so that a secret that is cut in two is found.
 *
 * Pieces of one text are parts whose `type` ends in `delta`, with the same `type` and `id`. In a stream the
 * parts that are texts by themselves are pieces of one text too. A text that changes moves into its first
 * piece, and the others become empty.
 *
 * @returns what the pieces hold after it, by index of the part; `undefined` when there are none.
 */
export function redactDeltas(
  parts: readonly Encoded[],
  redact: (text: string) => string,
  isStream = false,
): readonly string[] | undefined {
  const groups = groupPieces(parts, isStream)
  if (groups === undefined) return undefined
  const redacted: string[] = []
  for (const { indexes, texts } of groups.values()) {
    const whole = texts.join('')
    const safe = redact(whole)
    for (const [at, index] of indexes.entries()) {
      const moved = at === 0 ? safe : ''
      redacted[index] = safe === whole ? (texts[at] ?? '') : moved
    }
  }
  return redacted
}

/** Which field of a part holds a piece of a text; `undefined` when none does. */
export function deltaField(part: Encoded | undefined): 'delta' | 'text' | undefined {
  if (!isEncodedObject(part)) return undefined
  const { type } = part
  if (typeof type !== 'string' || !type.endsWith('delta')) return undefined
  if (typeof part.delta === 'string') return 'delta'
  return typeof part.text === 'string' ? 'text' : undefined
}

/** Names the text that a part holds a piece of. Parts that are texts by themselves have none to tell them apart. */
export function textName(part: Encoded): string {
  if (typeof part === 'string') return ''
  const { type, id, item_id: item } = part as EncodedObject
  return `${textOf(type)} ${JSON.stringify(id ?? item ?? null)}`
}

// Most lists have no pieces, and cost nothing but a look at each of their items.
function groupPieces(
  parts: readonly Encoded[],
  isStream: boolean,
): ReadonlyMap<string, Pieces> | undefined {
  let groups: Map<string, Pieces> | undefined
  let lastName: string | undefined
  let last: Pieces | undefined
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] as Encoded
    const field = deltaField(part)
    if (field === undefined && !(isStream && typeof part === 'string')) continue
    const name = textName(part)
    if (last === undefined || name !== lastName) {
      groups ??= new Map<string, Pieces>()
      last = piecesOf(groups, name)
      lastName = name
    }
    last.indexes.push(index)
    last.texts.push(field === undefined ? textOf(part) : textOf((part as EncodedObject)[field]))
  }
  return groups
}

function piecesOf(groups: Map<string, Pieces>, name: string): Pieces {
  const known = groups.get(name)
  if (known) return known
  const pieces = { indexes: [], texts: [] }
  groups.set(name, pieces)
  return pieces
}
