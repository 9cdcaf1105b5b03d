import { ReplayInvalidSessionError } from '@retake/core'
import type { Classes } from './classes.ts'
import { Mark } from './message-marks.ts'
import {
  blankOf,
  CONTENT,
  ESCAPED,
  isPlain,
  mapItems,
  SAME,
  setField,
  setFields,
  TAG,
  WRITTEN,
} from './pack.ts'

type Fields = Readonly<Record<string, unknown>>

/** Gives what a mark stands for. */
export type Resolve = (mark: Mark) => unknown

/**
 * Makes the values again that `pack` has taken apart.
 *
 * @param resolve for values that hold marks of messages. In others, nothing is taken for a mark.
 */
export function unpack(value: unknown, classes: Classes, resolve?: Resolve): unknown {
  if (typeof value !== 'object' || value === null) return value
  const again = (item: unknown) => unpack(item, classes, resolve)
  if (Array.isArray(value)) return value.map(again)
  if (value instanceof Map || value instanceof Set) return mapItems(value, again)
  if (!isPlain(value)) return value
  const name: unknown = Object.hasOwn(value, TAG) ? Reflect.get(value, TAG) : undefined
  if (typeof name === 'string') return unpackTagged(value as Packed, name, { classes, resolve })
  const mark = resolve && readMark(value)
  return mark
    ? resolve(new Mark(mark.id, again(mark.now) as object | undefined))
    : unpackFields(value, again)
}

// In sessions of before, what a tool told may have the key without being one.
function readMark(
  value: object,
): { readonly id: number | string; readonly now: unknown } | undefined {
  if (!Object.hasOwn(value, SAME)) return undefined
  const {
    [SAME]: id,
    now,
    ...others
  } = value as { readonly [SAME]: unknown; readonly now?: unknown }
  const isMark =
    (typeof id === 'number' || typeof id === 'string') && Object.keys(others).length === 0
  return isMark ? { id, now } : undefined
}

interface Unpacking {
  readonly classes: Classes
  readonly resolve: Resolve | undefined
}

function unpackTagged(
  { fields, kwargs, rest, given, json }: Packed,
  name: string,
  { classes, resolve }: Unpacking,
): unknown {
  const again = (item: unknown) => unpack(item, classes, resolve)
  const own = unpackFields(fields, again)
  if (name === ESCAPED) return own
  if (name === WRITTEN) return withJson(own, again(json))
  const Class = classes.get(name) ?? unknownClass(name)
  return kwargs === undefined
    ? setFields(new Class(given === undefined ? own : pick(own, given)), own)
    : unpackMessage(new Class(bare(own)), own, kwargs, unpackFields(rest ?? {}, again))
}

// As a method, which no reader lists.
function withJson(fields: Fields, json: unknown): object {
  return Object.defineProperty(fields, 'toJSON', {
    value: () => json,
    writable: true,
    configurable: true,
  })
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
  /** What its own `toJSON` gave. */
  readonly json?: unknown
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
  const kwargs = keys.map((key) => [key, Object.hasOwn(rest, key) ? rest[key] : own[key]])
  return setFields(setFields(message, own), { lc_kwargs: Object.fromEntries(kwargs) as Fields })
}

// What no constructor does without, and nothing that one would look into.
function bare({ id, name, role, tool_call_id }: Fields): Fields {
  return { content: '', id, name, role, tool_call_id }
}

function unpackFields(packed: object, again: (field: unknown) => unknown): Fields {
  const fields = blankOf(packed)
  for (const key of Object.keys(packed)) {
    const field: unknown = (packed as Fields)[key]
    setField(fields, key, isContent(field) ? contentOf(packed) : again(field))
  }
  return fields
}

function isContent(field: unknown): boolean {
  return typeof field === 'object' && field !== null && Reflect.get(field, TAG) === CONTENT
}

function contentOf({ message }: { readonly message?: { readonly fields?: Fields } }): unknown {
  return message?.fields?.content
}
