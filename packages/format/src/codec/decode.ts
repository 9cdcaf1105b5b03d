import { fromBase64, toNodeBuffer } from '../bytes.ts'
import { decodeError } from './error.ts'
import { ExactNumber, isExactDigits } from './exact-number.ts'
import { decodeMarks } from './marks.ts'
import {
  isEncodedList,
  isEncodedObject,
  malformed,
  MAX_ENCODED_DEPTH,
  setOwn,
  tagOf,
} from './tags.ts'
import type { EncodedObject } from './tags.ts'
import { isRetakeError } from '../errors.ts'
import type { Encoded } from '../event.ts'

type DecodeChild = (value: Encoded) => unknown
type DecodeTag = (tagged: EncodedObject, child: DecodeChild) => unknown

const NUMBERS = new Map<unknown, number>([
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
])
const TYPED_ARRAY =
  /^(?:(?:Int|Uint)(?:8|16|32)|Uint8Clamped|Float(?:16|32|64)|Big(?:Int|Uint)64)Array$/

// The whole vocabulary: nothing in the data can name another class or function. What does not fit
// throws, be it here or in the constructors, and is refused.
const TAGS = new Map<unknown, DecodeTag>([
  ['undefined', () => undefined],
  ['withheld', () => undefined],
  // What was read of it stands in the outcome of the call.
  ['stream', () => undefined],
  ['number', ({ v }) => NUMBERS.get(v) ?? decodeExact(text(v))],
  ['bigint', ({ v }) => BigInt(text(v, 20_000))],
  ['date', decodeDate],
  ['url', ({ v }) => new URL(text(v))],
  ['bytes', decodeBytes],
  ['regexp', decodeRegExp],
  ['map', ({ v }, child) => new Map(pairs(list(v).map(child)))],
  ['set', ({ v }, child) => new Set(list(v).map(child))],
  ['headers', ({ v }) => new Headers(pairs(list(v).map((item) => text(item))))],
  ['sparse', decodeSparse],
  ['object', decodeEscaped],
  ['error', decodeError],
])

/**
 * Gives back the value that was encoded. What was withheld becomes `undefined`.
 *
 * Safe on values from anywhere: it makes nothing outside a closed vocabulary.
 *
 * @throws {RetakeError} `REPLAY_INVALID_SESSION` when `encode` cannot have written it.
 */
export function decode(value: Encoded): unknown {
  return decodeValue(value, 0)
}

function decodeValue(value: Encoded, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_ENCODED_DEPTH) return malformed('it is nested too deeply')
  const child: DecodeChild = (part) => decodeValue(part, depth + 1)
  if (!isEncodedObject(value)) return value.map(child)
  const tag = tagOf(value)
  return tag === undefined ? decodeProperties(value, child) : decodeTagged(value, tag, child)
}

function decodeTagged(tagged: EncodedObject, tag: string, child: DecodeChild): unknown {
  const decodeTag = TAGS.get(tag) ?? malformed('an unknown tag')
  try {
    return decodeTag(tagged, child)
  } catch (error) {
    throw isRetakeError(error) ? error : malformed(`a malformed "${tag}"`)
  }
}

function decodeExact(digits: string): ExactNumber {
  return isExactDigits(digits) ? new ExactNumber(digits) : malformed('a number')
}

function decodeProperties(encoded: EncodedObject, child: DecodeChild): object {
  const value: Record<string, unknown> = {}
  for (const [key, part] of Object.entries(encoded)) {
    if (key === '__proto__') setOwn(value, key, child(part))
    else value[key] = child(part)
  }
  return value
}

function decodeEscaped(tagged: EncodedObject, child: DecodeChild): object {
  const { v, bare } = tagged
  if (!isEncodedObject(v)) return malformed('an object')
  const value = decodeProperties(v, child)
  if (bare === true) Object.setPrototypeOf(value, null)
  decodeMarks(value, tagged)
  return value
}

function decodeSparse({ length, indexes, values }: EncodedObject, child: DecodeChild): unknown[] {
  const array: unknown[] = []
  array.length = Number(length)
  const items = list(values)
  for (const [at, index] of list(indexes).entries()) {
    if (!Number.isInteger(index) || Number(index) < 0 || Number(index) >= array.length)
      return malformed('an index')
    array[Number(index)] = child(items[at] ?? null)
  }
  return array
}

function decodeDate({ v }: EncodedObject): Date {
  const date = new Date(v === null ? Number.NaN : text(v))
  return v !== null && Number.isNaN(date.getTime()) ? malformed('a date') : date
}

function decodeRegExp({ source, flags, lastIndex = 0 }: EncodedObject): RegExp {
  const pattern = new RegExp(text(source), text(flags))
  pattern.lastIndex = Number(lastIndex)
  return pattern
}

function decodeBytes({ type, v }: EncodedObject): unknown {
  const base64 = text(v)
  const bytes = fromBase64(base64)
  // What is not base64 is skipped. The length tells that it was.
  const padding = base64.endsWith('==') ? 2 : Number(base64.endsWith('='))
  if (bytes.length !== (base64.length / 4) * 3 - padding) return malformed('bytes')
  if (type === 'Buffer') return toNodeBuffer(bytes)
  const { buffer } = new Uint8Array(bytes)
  if (type === 'ArrayBuffer') return buffer
  if (type === 'DataView') return new DataView(buffer)
  const View: unknown = TYPED_ARRAY.test(text(type)) && Reflect.get(globalThis, text(type))
  return typeof View === 'function' ? Reflect.construct(View, [buffer]) : malformed('bytes')
}

function pairs<T>(items: readonly T[]): [T, T][] {
  if (items.length % 2 === 1) return malformed('a key without a value')
  return items.flatMap((key, at) => (at % 2 === 0 ? [[key, items[at + 1] as T] as [T, T]] : []))
}

function text(value: Encoded | undefined, maxLength = Infinity): string {
  return typeof value === 'string' && value.length <= maxLength ? value : malformed('a text')
}

function list(value: Encoded | undefined): readonly Encoded[] {
  return isEncodedList(value) ? value : malformed('a list')
}
