import type { Classes } from './classes.ts'
import { isPlain, pack, TAG } from './pack.ts'
import { unpack } from './unpack.ts'

type Fields = Readonly<Record<string, unknown>>

interface PackedMessage {
  readonly fields: Fields
  readonly kwargs?: readonly string[]
  readonly rest?: Fields
}

interface Message {
  readonly lc_kwargs?: Fields
}

interface Chunk {
  readonly text?: unknown
  readonly message?: Message | null
}

interface PackedChunk {
  readonly fields: Fields & { readonly text: string; readonly message?: PackedMessage | null }
}

// In the place of a value: the text of the chunk, and what may be any.
const TEXT = Symbol('text')
const DIFFERS = Symbol('differs')

/** The fields of an object, in their order, with what they are to be when they are packed. */
interface Shape {
  readonly prototype: unknown
  readonly keys: readonly string[]
  readonly values: readonly unknown[]
}

/** What a chunk is like that is stored in a short form. */
interface Template {
  readonly chunk: Shape
  readonly message: Shape | undefined
  readonly given: Shape | undefined
}

const NOTHING: Fields = {}

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
  let template: Template | undefined

  return {
    shorten: (chunk) => (template && isLike(chunk, template) ? chunk.text : undefined),
    pack(chunk) {
      const packed = pack(chunk, classes)
      model = isTextChunk(packed) ? packed : undefined
      template = model && templateOf(chunk as Chunk, model)
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
  const { text, message } = (
    packed as {
      readonly fields: Fields & { readonly message?: { readonly fields?: Fields } | null }
    }
  ).fields
  if (typeof text !== 'string') return false
  if (message === undefined || message === null) return true
  // Counts of tokens add up: each has to be found in a chunk of its own.
  const { content, usage_metadata: usage } = message.fields ?? {}
  return content === text && usage === undefined
}

function withText({ fields, ...chunk }: PackedChunk, text: string): unknown {
  const { message } = fields
  const told = message && { ...message, fields: { ...message.fields, content: text } }
  return { ...chunk, fields: { ...fields, text, ...(told && { message: told }) } }
}

function templateOf(chunk: Chunk, { fields }: PackedChunk): Template {
  const { message } = chunk
  const { message: packed } = fields
  return {
    chunk: shapeOf(chunk, { ...fields, ...(packed && { message: DIFFERS }) }, 'text'),
    message: message && packed ? shapeOf(message, packed.fields, 'content') : undefined,
    given: message && packed ? givenOf(message, packed) : undefined,
  }
}

// What is left out of the packed form is derived from the rest.
function shapeOf(value: object, packed: Fields, textField: string): Shape {
  const keys = Object.keys(value)
  const values = keys.map((key) => {
    if (key === textField) return TEXT
    return Object.hasOwn(packed, key) ? packed[key] : DIFFERS
  })
  return { prototype: Object.getPrototypeOf(value), keys, values }
}

// What a message was made with: most of it is found in its fields as well.
function givenOf({ lc_kwargs: given }: Message, { fields, rest = {} }: PackedMessage): Shape {
  const keys = Object.keys(given ?? {})
  const values = keys.map((key) => (key in fields ? DIFFERS : rest[key]))
  return { prototype: Object.prototype, keys, values }
}

function isLike(chunk: unknown, template: Template): chunk is { readonly text: string } {
  if (typeof chunk !== 'object' || chunk === null) return false
  const { text, message } = chunk as Chunk
  if (typeof text !== 'string' || !hasShape(chunk, template.chunk, text)) return false
  if (template.message === undefined || template.given === undefined) return true
  if (typeof message !== 'object' || message === null) return false
  const given = message.lc_kwargs ?? NOTHING
  return hasShape(message, template.message, text) && hasShape(given, template.given, text)
}

// One function for all of them, and no list of keys for each: this is done for every chunk of every stream.
function hasShape(value: object, { prototype, keys, values }: Shape, text: string): boolean {
  if (Object.getPrototypeOf(value) !== prototype) return false
  let at = 0
  for (const key in value) {
    if (key !== keys[at]) return false
    const expected = values[at++]
    if (expected === DIFFERS) continue
    const field: unknown = (value as Fields)[key]
    if (expected === TEXT ? field !== text : !isSame(field, expected)) return false
  }
  return at === keys.length
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
