import { isDeepStrictEqual } from 'node:util'
import { objectFormOf } from '@retake/core/adapter'
import { MESSAGES, OTHERS, type Classes } from './classes.ts'
import { Mark } from './message-marks.ts'

type Fields = Readonly<Record<string, unknown>>

/** What messages are to this package, of whichever copy or version. */
export interface Message {
  readonly content: unknown
  readonly lc_kwargs?: Fields
  _getType(): string
}

/** Marks packed objects, by the name of their class. */
export const TAG = '$lc'

/** The key of what stands for a message, in a value that has such. */
export const SAME = '$same'

/** The name of an object that has a key of ours. */
export const ESCAPED = 'object'

/** The name of an object that says itself how it is written as JSON. */
export const WRITTEN = 'written'

/** An object with a `toJSON` of its own: what that has given, and its own fields. */
export class Written {
  readonly fields: object
  readonly json: unknown

  constructor(fields: object, json: unknown) {
    this.fields = fields
    this.json = json
  }
}

/** Stands for a text that is the content of the message beside it. */
export const CONTENT = 'content'

const GIVEN = Symbol.for('langgraph.command')

const KNOWN_MESSAGES: ReadonlySet<string> = new Set(MESSAGES)

// Made by the constructors, or kept apart.
export const DERIVED: ReadonlySet<string> = new Set([
  'lc_kwargs',
  'lc_namespace',
  'lc_serializable',
  'lc_runnable',
  'type',
])

/**
 * A copy of a value in which the objects of LangChain are plain data: their own fields, and the name of
 * their class. Everything else is left to the codec of core.
 *
 * Neither `toJSON` nor `toDict` would do: they lose fields that are undefined, or set after construction.
 */
export function pack(value: unknown, classes: Classes): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => pack(item, classes))
  if (isMessage(value)) return packMessage(value, classes)
  return isPlain(value) ? packPlain(value, classes) : packInstance(value, classes)
}

function packPlain(value: object, classes: Classes): object {
  const fields = packFields(value, classes)
  if (Object.hasOwn(fields, TAG) || Object.hasOwn(fields, SAME)) return { [TAG]: ESCAPED, fields }
  return repeatsContent(value) ? { ...fields, text: { [TAG]: CONTENT } } : fields
}

function packInstance(value: object, classes: Classes): unknown {
  const name = nameOf(value, classes)
  if (name !== undefined) {
    return { [TAG]: name, fields: packFields(value, classes), ...packGiven(value) }
  }
  if (value instanceof Mark) {
    const { id, now } = value
    return now === undefined ? { [SAME]: id } : { [SAME]: id, now }
  }
  if (value instanceof Written) {
    const { fields, json } = value
    return { [TAG]: WRITTEN, fields: packFields(fields, classes), json: pack(json, classes) }
  }
  if (value instanceof Map || value instanceof Set)
    return mapItems(value, (item) => pack(item, classes))
  // As the codec of core does, so that what comes of it has no key that would be taken for ours.
  return objectFormOf(value) === 'json' ? packJson(value as { toJSON(): unknown }, classes) : value
}

function packJson(value: { toJSON(): unknown }, classes: Classes): unknown {
  const json = value.toJSON()
  return json === value ? packPlain(value, classes) : pack(json, classes)
}

/** A copy of a Map or a Set in which its items are changed, keys too. */
export function mapItems(
  value: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>,
  change: (item: unknown) => unknown,
): object {
  return value instanceof Map
    ? new Map([...value].map(([key, item]) => [change(key), change(item)]))
    : new Set([...value].map(change))
}

// What steers a graph keeps what it was made of besides. Nearly always these are its fields: the names do.
function packGiven(value: object): { readonly given?: readonly string[] } {
  const given: unknown = Reflect.get(value, GIVEN)
  return typeof given === 'object' && given !== null ? { given: Object.keys(given) } : {}
}

// A whole answer comes with its text besides: twice the same, and most of what is to be stored.
function repeatsContent(value: object): boolean {
  const { text, message } = value as { text?: unknown; message?: unknown }
  if (typeof text !== 'string' || typeof message !== 'object' || message === null) return false
  return isMessage(message) && message.content === text
}

/** Whether a value is a message of LangChain. */
export function isMessage(value: object): value is Message {
  return '_getType' in value && typeof value._getType === 'function' && 'content' in value
}

/** The name of a message's class, or of the nearest one above it that LangChain itself has. */
function classNameOf(message: Message): string | undefined {
  for (
    let link: unknown = message.constructor;
    typeof link === 'function';
    link = Object.getPrototypeOf(link)
  ) {
    const { lc_name: lcName } = link as { lc_name?: () => unknown }
    const name = typeof lcName === 'function' ? lcName.call(link) : undefined
    if (typeof name === 'string' && KNOWN_MESSAGES.has(name)) return name
  }
  return undefined
}

function packMessage(message: Message, classes: Classes): object {
  const fields = packFields(message, classes, DERIVED)
  const { lc_kwargs: given = {} } = message
  // `toJSON` asks for the keys, and takes the values from the fields where there are such.
  const kwargs = Object.keys(given)
  const rest: Record<string, unknown> = {}
  for (const key of kwargs) {
    if (key in fields && isSameField(given[key], Reflect.get(message, key))) continue
    setField(rest, key, pack(given[key], classes))
  }
  const name = classNameOf(message) ?? 'AIMessage'
  return { [TAG]: name, fields, kwargs, rest }
}

// Most are the very same. Some are changed after construction.
function isSameField(given: unknown, own: unknown): boolean {
  if (given === own) return true
  const areObjects = typeof given === 'object' && typeof own === 'object'
  return areObjects && isDeepStrictEqual(given, own)
}

/** @param left fields that are left out. */
function packFields(value: object, classes: Classes, left?: ReadonlySet<string>): Fields {
  const fields = blankOf(value)
  const keys = Object.keys(value)
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string
    if (left?.has(key)) continue
    const part = (value as Fields)[key]
    const isObject = typeof part === 'object' && part !== null
    setField(fields, key, isObject ? pack(part, classes) : part)
  }
  return fields
}

/** An empty object for a copy: without a prototype where the original has none. */
export function blankOf(value: object): Record<string, unknown> {
  return (Object.getPrototypeOf(value) === null ? Object.create(null) : {}) as Record<
    string,
    unknown
  >
}

/** Sets a field, also one whose name an assignment takes for the prototype. */
export function setField(fields: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') defineField(fields, key, value)
  else fields[key] = value
}

function defineField(fields: object, key: string, value: unknown): void {
  Object.defineProperty(fields, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  })
}

/** The name of an object's class, where it is made again as one of that class. */
export function nameOf(value: object, classes: Classes): string | undefined {
  // What langgraph's tools return to steer the graph. It knows them by this name itself.
  if ('lg_name' in value && (value.lg_name === 'Command' || value.lg_name === 'Send'))
    return value.lg_name
  return OTHERS.find((name) => {
    const Class = classes.get(name)
    return Class !== undefined && value instanceof Class
  })
}

/** Sets fields of an object, as an assignment does, but for one that is named as the prototype. */
export function setFields<T extends object>(target: T, fields: object): T {
  for (const key of Object.keys(fields)) {
    setField(target as Record<string, unknown>, key, (fields as Fields)[key])
  }
  return target
}

/** Whether an object has no class of its own. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
