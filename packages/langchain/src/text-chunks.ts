import type { Classes } from './classes.ts'
import { DERIVED, isPlain, pack, TAG } from './pack.ts'
import { unpack } from './unpack.ts'

type Fields = Readonly<Record<string, unknown>>

interface PackedMessage {
  readonly fields: Fields
  readonly kwargs?: readonly string[]
  readonly rest?: Fields
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
  let prototype: unknown

  return {
    shorten: (chunk) =>
      model !== undefined && hasPrototype(chunk, prototype) && isLike(chunk, model)
        ? (chunk as { text: string }).text
        : undefined,
    pack(chunk) {
      const packed = pack(chunk, classes)
      model = isTextChunk(packed) ? packed : undefined
      prototype = model && Object.getPrototypeOf(chunk)
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

function hasPrototype(value: unknown, prototype: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === prototype
}

function isLike(chunk: object, { fields }: PackedChunk): boolean {
  const { text } = chunk as { text?: unknown }
  if (typeof text !== 'string') return false
  return sameFields(chunk, fields, (field, key) => {
    if (key === 'text') return true
    if (key !== 'message') return isSame(field, fields[key])
    return fields.message !== undefined && isLikeMessage(field, fields.message, text)
  })
}

function isLikeMessage(message: unknown, packed: PackedMessage, text: string): boolean {
  if (typeof message !== 'object' || message === null) return false
  const { fields, kwargs = [], rest = {} } = packed
  if (
    !sameFields(
      message,
      fields,
      (field, key) => (field === text && key === 'content') || isSame(field, fields[key]),
    )
  )
    return false
  const { lc_kwargs: given = {} } = message as { lc_kwargs?: Fields }
  const keys = Object.keys(given)
  return (
    keys.length === kwargs.length &&
    keys.every((key, at) => key === kwargs[at] && (key in fields || isSame(given[key], rest[key])))
  )
}

/** Whether an object has the fields of a packed one, in their order, and all of them match. */
function sameFields(
  value: object,
  packed: Fields,
  matches: (field: unknown, key: string) => boolean,
): boolean {
  const names = Object.keys(packed)
  let at = 0
  for (const key of Object.keys(value)) {
    if (DERIVED.has(key)) continue
    if (key !== names[at++] || !matches((value as Fields)[key], key)) return false
  }
  return at === names.length
}

// Only plain data is the same when it is packed.
function isSame(value: unknown, packed: unknown): boolean {
  if (typeof value !== 'object' || value === null) return Object.is(value, packed)
  if (typeof packed !== 'object' || packed === null) return false
  if (Array.isArray(value)) {
    if (!Array.isArray(packed) || value.length !== packed.length) return false
    return value.every((item, index) => isSame(item, packed[index]))
  }
  if (!isPlain(value) || Array.isArray(packed)) return false
  return sameFields(value, packed as Fields, (field, key) => isSame(field, (packed as Fields)[key]))
}
