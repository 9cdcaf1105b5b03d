import { ReplayInvalidSessionError } from '@retake/core'
import type { Classes } from './classes.ts'
import { CONTENT, isPlain, setField, TAG } from './pack.ts'

type Fields = Readonly<Record<string, unknown>>

/** Makes the values again that `pack` has taken apart. */
export function unpack(value: unknown, classes: Classes): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => unpack(item, classes))
  if (!isPlain(value)) return value
  const name: unknown = Object.hasOwn(value, TAG) ? Reflect.get(value, TAG) : undefined
  if (typeof name !== 'string') return unpackFields(value, classes)
  const { fields, kwargs, rest, given } = value as Packed
  const own = unpackFields(fields, classes)
  if (name === 'object') return own
  const Class = classes.get(name) ?? unknownClass(name)
  return kwargs === undefined
    ? Object.assign(new Class(given === undefined ? own : pick(own, given)), own)
    : unpackMessage(new Class(bare(own)), own, kwargs, unpackFields(rest ?? {}, classes))
}

function unknownClass(name: string): never {
  throw new ReplayInvalidSessionError(
    `A recorded value is of a class that this version of LangChain does not have: ${name}.`,
  )
}

interface Packed {
  readonly fields: Fields
  readonly kwargs?: readonly string[]
  readonly rest?: Fields
  /** Names of the fields that it was made of, where it keeps that. */
  readonly given?: readonly string[]
}

function pick(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, fields[name]]))
}

// Constructors derive fields from others, and rename some; the recorded ones win.
function unpackMessage(
  message: object,
  own: Fields,
  keys: readonly string[],
  rest: Fields,
): object {
  const kwargs = keys.map((key) => [key, key in rest ? rest[key] : own[key]])
  return Object.assign(message, own, { lc_kwargs: Object.fromEntries(kwargs) as Fields })
}

// What no constructor does without, and nothing that one would look into.
function bare({ id, name, role, tool_call_id }: Fields): Fields {
  return { content: '', id, name, role, tool_call_id }
}

function unpackFields(packed: object, classes: Classes): Fields {
  const fields: Record<string, unknown> = {}
  for (const key of Object.keys(packed)) {
    const field: unknown = (packed as Fields)[key]
    setField(fields, key, isContent(field) ? contentOf(packed) : unpack(field, classes))
  }
  return fields
}

function isContent(field: unknown): boolean {
  return typeof field === 'object' && field !== null && Reflect.get(field, TAG) === CONTENT
}

function contentOf({ message }: { readonly message?: { readonly fields?: Fields } }): unknown {
  return message?.fields?.content
}
