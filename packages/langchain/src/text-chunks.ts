import type { Classes } from './classes.ts'
import { DERIVED, isPlain, pack, TAG } from './pack.ts'
import { unpack } from './unpack.ts'

type Fields = Readonly<Record<string, unknown>>

interface PackedMessage {
  readonly fields: Fields
  readonly kwargs?: readonly string[]
  readonly rest?: Fields
}

interface Chunk {
  readonly message?: object | null
}

/** What a chunk and its message are instances of. */
interface Prototypes {
  readonly chunk: unknown
  readonly message: unknown
}

interface PackedChunk {
  readonly fields: Fields & { readonly text: string; readonly message?: PackedMessage }
}

/** Short forms of chunks: nearly all that a model gives differ from the one before in a few words. */
export interface TextChunks {
  /** The text of a chunk that is like the last whole one in all else; `undefined` of any other. */
  shorten(chunk: unknown): string | undefined
  /** The packed form of a chunk that is stored whole. */
  pack(chunk: unknown): unknown
  /** Makes a chunk of its short form. */
  lengthen(text: string): unknown
  /** Makes a chunk of its packed form. */
  unpack(packed: unknown): unknown
}

/** Shortens, or lengthens, the chunks of one stream. */
export function createTextChunks(classes: Classes): TextChunks {
  let model: PackedChunk | undefined
  let prototypes: Prototypes | undefined

  return {
    shorten: (chunk) =>
      model && prototypes && hasPrototypes(chunk, prototypes) && isLike(chunk, model)
        ? (chunk as { text: string }).text
        : undefined,
    pack(chunk) {
      const packed = pack(chunk, classes)
      model = isTextChunk(packed) ? packed : undefined
      if (model !== undefined) prototypes = prototypesOf(chunk as Chunk)
      return packed
    },
    lengthen(text) {
      if (model === undefined) throw new TypeError('There is no whole chunk before a short one.')
      return unpack(withText(model, text), classes)
    },
    unpack(packed) {
      model = isTextChunk(packed) ? packed : undefined
      return unpack(packed, classes)
    },
  }
}

function isTextChunk(packed: unknown): packed is PackedChunk {
  if (typeof packed !== 'object' || packed === null || !Object.hasOwn(packed, TAG)) return false
  const { text, message } = (packed as PackedChunk).fields
  if (typeof text !== 'string') return false
  // Counts of tokens add up: each has to be found in a chunk of its own.
  const { content, usage_metadata: usage } = message?.fields ?? { content: text }
  return content === text && usage === undefined
}

function withText({ fields, ...chunk }: PackedChunk, text: string): unknown {
  const { message } = fields
  const told = message && { ...message, fields: { ...message.fields, content: text } }
  return { ...chunk, fields: { ...fields, text, ...(told && { message: told }) } }
}

function prototypesOf(chunk: Chunk): Prototypes {
  const { message } = chunk
  return {
    chunk: Object.getPrototypeOf(chunk),
    message: message ? Object.getPrototypeOf(message) : undefined,
  }
}

function hasPrototypes(value: unknown, { chunk, message }: Prototypes): value is Chunk {
  if (typeof value !== 'object' || value === null) return false
  if (Object.getPrototypeOf(value) !== chunk) return false
  const { message: own } = value as Chunk
  return own ? Object.getPrototypeOf(own) === message : message === undefined
}

function isLike(chunk: object, { fields }: PackedChunk): boolean {
  const { text } = chunk as { text?: unknown }
  if (typeof text !== 'string') return false
  const keys = Object.keys(chunk)
  let at = 0
  for (const name in fields) {
    const key = keys[at++]
    if (key !== name) return false
    if (key === 'text') continue
    const field: unknown = Reflect.get(chunk, key)
    const isAlike =
      key === 'message' && fields.message
        ? isLikeMessage(field, fields.message, text)
        : isSame(field, fields[key])
    if (!isAlike) return false
  }
  return at === keys.length
}

function isLikeMessage(message: unknown, packed: PackedMessage, text: string): boolean {
  if (typeof message !== 'object' || message === null) return false
  const { fields, kwargs = [], rest = {} } = packed
  const keys = Object.keys(message)
  let at = 0
  for (const name in fields) {
    while (DERIVED.has(keys[at] ?? '')) at++
    const key = keys[at++]
    if (key !== name) return false
    const field: unknown = Reflect.get(message, key)
    if (key === 'content' ? field !== text : !isSame(field, fields[key])) return false
  }
  while (DERIVED.has(keys[at] ?? '')) at++
  return at === keys.length && hasKwargs(message, { kwargs, fields, rest })
}

function hasKwargs(
  { lc_kwargs: given = {} }: { lc_kwargs?: Fields },
  { kwargs, fields, rest }: Required<PackedMessage>,
): boolean {
  let at = 0
  for (const key in given) {
    if (key !== kwargs[at++] || !(key in fields || isSame(given[key], rest[key]))) return false
  }
  return at === kwargs.length
}

// Only plain data is the same when it is packed.
function isSame(value: unknown, packed: unknown): boolean {
  if (typeof value !== 'object' || value === null) return Object.is(value, packed)
  if (typeof packed !== 'object' || packed === null) return false
  if (Array.isArray(value)) return Array.isArray(packed) && hasSameItems(value, packed)
  return !Array.isArray(packed) && isPlain(value) && hasSameFields(value, packed)
}

function hasSameItems(items: readonly unknown[], packed: readonly unknown[]): boolean {
  return items.length === packed.length && items.every((item, index) => isSame(item, packed[index]))
}

function hasSameFields(value: object, packed: object): boolean {
  const keys = Object.keys(value)
  let at = 0
  for (const name in packed) {
    if (keys[at++] !== name || !isSame(Reflect.get(value, name), Reflect.get(packed, name)))
      return false
  }
  return at === keys.length
}
