import { encodeBuiltin } from './builtins.ts'
import { encodeError, isError } from './error.ts'
import { isExactNumber } from './exact-number.ts'
import { encodeMarks } from './marks.ts'
import { brandOf, hasToJson, isOpaque, isStream } from './object-form.ts'
import { hasPrivateFields } from './private-fields.ts'
import { MAX_DEPTH, setOwn, TAG, withheldTag } from './tags.ts'
import type { Encoded } from '../event.ts'
import { eachWithheld } from './withheld.ts'

export interface EncodeOptions {
  /**
   * Most text and bytes of one value. What does not fit into the rest of it is withheld.
   *
   * @default 33554432
   */
  readonly maxBytes?: number
  /**
   * Most values in it, all that is nested counted. With more of them nothing of it is kept.
   *
   * @default 2000000
   */
  readonly maxValues?: number
  /** Told of each part that is not stored. */
  readonly onWithheld?: (path: string, reason: string) => void
  /** Asked for each stream. One that somebody follows is not withheld: what is read of it is stored elsewhere. */
  readonly onStream?: (stream: object) => boolean
  /** Told about how many characters of JSON the value takes. */
  readonly onSize?: ((chars: number) => void) | undefined
}

interface State {
  readonly maxBytes: number
  bytesLeft: number
  valuesLeft: number
  objectsLeft: number
  withheld: number
  readonly onStream: EncodeOptions['onStream']
  /** How many errors enclose the value at hand. */
  errors: number
  /** Whether something has thrown when it was read, so that each part is read by itself. */
  readonly isCareful: boolean
  /** The objects that enclose the value at hand. */
  readonly ancestors: object[]
}

// Bounds the time: objects that are reached on several ways can grow exponentially when written out.
const MAX_VALUES = 2_000_000
const MAX_OBJECTS = 400_000
const CHARS_PER_VALUE = 8
const TOO_MANY = new Error('too many values')
const UNREADABLE = 'throws when read'
// Writing greater ones in decimal takes too long.
const MAX_BIGINT = 2n ** 65_536n

/**
 * Encodes any value, as a fresh structure: what the app changes afterwards is not seen.
 *
 * Never throws, and takes bounded time. What cannot be stored is withheld: functions, symbols, circular
 * references, objects of the platform such as streams, what throws when read, what is too large or too deep.
 */
export function encode(
  value: unknown,
  { maxBytes = 2 ** 25, maxValues = MAX_VALUES, onWithheld, onStream, onSize }: EncodeOptions = {},
): Encoded {
  // Most parts of streams of text are texts, and marks between them.
  if (typeof value === 'string' && value.length <= maxBytes) {
    onSize?.(value.length + CHARS_PER_VALUE)
    return value
  }
  if (typeof value === 'boolean') {
    onSize?.(CHARS_PER_VALUE)
    return value
  }
  let state = createState({ maxBytes, valuesLeft: maxValues, onStream })
  let encoded = encodeRoot(value, state)
  if (encoded === undefined) {
    state = createState({ maxBytes, valuesLeft: maxValues, onStream, isCareful: true })
    encoded = encodeRoot(value, state) ?? withhold(state, UNREADABLE)
  }
  if (onWithheld && state.withheld > 0) eachWithheld(encoded, onWithheld)
  onSize?.(maxBytes - state.bytesLeft + (maxValues - state.valuesLeft) * CHARS_PER_VALUE)
  return encoded
}

function createState({
  maxBytes,
  valuesLeft,
  onStream,
  isCareful = false,
}: Pick<State, 'maxBytes' | 'valuesLeft' | 'onStream'> & Partial<State>): State {
  return {
    maxBytes,
    bytesLeft: maxBytes,
    valuesLeft,
    onStream,
    objectsLeft: MAX_OBJECTS,
    withheld: 0,
    errors: 0,
    isCareful,
    ancestors: [],
  }
}

// Nothing when something throws as it is read. Hardly anything does, so only then each part is guarded by itself.
function encodeRoot(value: unknown, state: State): Encoded | undefined {
  try {
    return encodeValue(value, state)
  } catch (error) {
    return error === TOO_MANY ? withhold(state, TOO_MANY.message) : undefined
  }
}

// All of plain data in one function: V8 compiles each of several with all the others inlined into it, and that costs
// as much as to encode some ten thousand requests.
function encodeValue(value: unknown, state: State): Encoded {
  if (--state.valuesLeft < 0) throw TOO_MANY
  switch (typeof value) {
    case 'string':
      return fits(value.length, state) ? value : withholdLarge(state)
    case 'boolean':
      return value
    case 'number':
      if (Number.isFinite(value) && !Object.is(value, -0)) return value
      return { [TAG]: 'number', v: Object.is(value, -0) ? '-0' : String(value) }
    case 'undefined':
      return { [TAG]: 'undefined' }
    case 'bigint':
      if (value > MAX_BIGINT || value < -MAX_BIGINT) return withholdLarge(state)
      return { [TAG]: 'bigint', v: String(value) }
    case 'object':
      break
    default:
      return withhold(state, typeof value)
  }
  if (value === null) return null
  const { ancestors, isCareful } = state
  if (--state.objectsLeft < 0) throw TOO_MANY
  if (ancestors.includes(value)) return withhold(state, 'circular')
  if (ancestors.length >= MAX_DEPTH) return withhold(state, `deeper than ${MAX_DEPTH} levels`)
  ancestors.push(value)
  let encoded: Encoded
  if (isCareful) {
    encoded = encodeCarefully(value, state)
  } else if (Object.getPrototypeOf(value) === Object.prototype && !hasToJson(value)) {
    const keys = Object.keys(value)
    const properties: Record<string, Encoded> = {}
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string
      const part = encodeValue((value as Readonly<Record<string, unknown>>)[key], state)
      if (key === '__proto__') setOwn(properties, key, part)
      else properties[key] = part
    }
    encoded = wrapPlain(value, keys, properties)
  } else {
    encoded = encodeOther(value, state)
  }
  ancestors.pop()
  return encoded
}

// Each part by itself, so that one that throws costs nothing but itself.
function encodeCarefully(value: object, state: State): Encoded {
  try {
    return encodeOther(value, state)
  } catch (error) {
    if (error === TOO_MANY) throw error
    return withhold(state, UNREADABLE)
  }
}

function encodeOther(value: object, state: State): Encoded {
  if (Array.isArray(value)) return encodeArray(value, state)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null) return encodePlain(value, state, true)
  if (prototype === Object.prototype && !hasToJson(value)) return encodePlain(value, state)
  return encodeInstance(value, state)
}

function encodeArray(array: readonly unknown[], state: State): Encoded {
  const items: Encoded[] = []
  for (let index = 0; index < array.length; index++) {
    const item = array[index]
    if (item === undefined && !Object.hasOwn(array, index)) return encodeSparse(array, state)
    items.push(encodeValue(item, state))
  }
  return items
}

function encodeSparse(array: readonly unknown[], state: State): Encoded {
  const indexes = Object.keys(array).map(Number).filter(Number.isInteger)
  const values = indexes.map((index) => encodeValue(array[index], state))
  return { [TAG]: 'sparse', length: array.length, indexes, values }
}

function encodePlain(value: object, state: State, bare?: true): Encoded {
  const keys = Object.keys(value)
  return wrapPlain(value, keys, encodeProperties(value, keys, state), bare)
}

// Most objects are what their properties are.
function wrapPlain(
  value: object,
  keys: readonly string[],
  v: Readonly<Record<string, Encoded>>,
  bare?: true,
): Encoded {
  const marks = encodeMarks(value)
  if (!bare && !marks && !keys.includes(TAG)) return v
  return { [TAG]: 'object', v, ...(bare && { bare }), ...marks }
}

function encodeProperties(
  value: object,
  keys: readonly string[],
  state: State,
): Record<string, Encoded> {
  const properties: Record<string, Encoded> = {}
  for (const key of keys) {
    const encoded = state.isCareful
      ? encodeProperty(value, key, state)
      : encodeValue((value as Readonly<Record<string, unknown>>)[key], state)
    if (key === '__proto__') setOwn(properties, key, encoded)
    else properties[key] = encoded
  }
  return properties
}

// A getter that throws costs its property only.
function encodeProperty(value: object, key: string, state: State): Encoded {
  try {
    return encodeValue((value as Readonly<Record<string, unknown>>)[key], state)
  } catch (error) {
    if (error === TOO_MANY) throw error
    return withhold(state, UNREADABLE)
  }
}

function encodeInstance(value: object, state: State): Encoded {
  if (isError(value)) return encodeErrorInstance(value, state)
  if (isExactNumber(value)) return { [TAG]: 'number', v: value.digits }
  if (ArrayBuffer.isView(value) && !fits(value.byteLength, state)) return withholdLarge(state)
  const name = brandOf(value)
  if (isStream(name, value)) {
    if (state.onStream?.(value) === true) return { [TAG]: 'stream' }
    return withhold(state, 'a stream, which can be read only once')
  }
  const builtin = encodeBuiltin(name, value, (part) => encodeValue(part, state))
  if (builtin !== undefined) return builtin
  if (hasToJson(value)) return encodeJson(value, state)
  if (isOpaque(name, value) || state.errors > 0) return withhold(state, name)
  return hasPrivateFields(Object.getPrototypeOf(value))
    ? withhold(state, 'private fields')
    : encodePlain(value, state)
}

// HTTP clients hang sockets and requests on their errors: of an error only plain data is kept.
function encodeErrorInstance(error: Error, state: State): Encoded {
  state.errors++
  try {
    return encodeError(error, {
      value: (part) => encodeValue(part, state),
      properties: (keys) => encodeProperties(error, keys, state),
    })
  } finally {
    state.errors--
  }
}

function encodeJson(value: { toJSON(): unknown }, state: State): Encoded {
  const json = value.toJSON()
  return json === value ? encodePlain(value, state) : encodeValue(json, state)
}

function fits(bytes: number, state: State): boolean {
  if (bytes > state.bytesLeft) return false
  state.bytesLeft -= bytes
  return true
}

function withholdLarge(state: State): Encoded {
  return withhold(state, `over the limit of ${state.maxBytes} bytes`)
}

function withhold(state: State, why: string): Encoded {
  state.withheld++
  return withheldTag(why)
}
