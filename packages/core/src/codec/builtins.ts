import { Buffer } from 'node:buffer'
import { TAG } from './tags.ts'
import type { Encoded } from '../event.ts'

type EncodeChild = (value: unknown) => Encoded
type EncodeBuiltin = (value: never, child: EncodeChild) => Encoded

// By name in `Object.prototype.toString`, which knows the objects of other realms too. Methods are taken
// from the prototypes, so that what only pretends to be built in throws, and is withheld.
const BUILTINS = new Map<string, EncodeBuiltin>([
  ['Date', encodeDate],
  ['URL', (url: URL) => ({ [TAG]: 'url', v: url.href })],
  ['RegExp', encodeRegExp],
  // Keys and values take turns in one list: that nests less deeply.
  [
    'Map',
    (map: Map<unknown, unknown>, child) =>
      encodeList('map', [...Map.prototype.entries.call(map)].flat(), child),
  ],
  [
    'Set',
    (set: Set<unknown>, child) => encodeList('set', [...Set.prototype.values.call(set)], child),
  ],
  ['Headers', (headers: Headers, child) => encodeList('headers', [...headers].flat(), child)],
  ['ArrayBuffer', (buffer: ArrayBuffer) => encodeBytes('ArrayBuffer', Buffer.from(buffer))],
  ['String', (boxed: object, child) => child(boxed.valueOf())],
  ['Number', (boxed: object, child) => child(boxed.valueOf())],
  ['Boolean', (boxed: object, child) => child(boxed.valueOf())],
])

/** Encodes an object of the platform, by its `Object.prototype.toString` name; `undefined` when it is none. */
export function encodeBuiltin(
  name: string,
  value: object,
  child: EncodeChild,
): Encoded | undefined {
  if (!ArrayBuffer.isView(value)) return BUILTINS.get(name)?.(value as never, child)
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return encodeBytes(Buffer.isBuffer(value) ? 'Buffer' : name, bytes)
}

function encodeBytes(type: string, bytes: Buffer): Encoded {
  return { [TAG]: 'bytes', type, v: bytes.toString('base64') }
}

function encodeDate(date: Date): Encoded {
  const isValid = !Number.isNaN(Date.prototype.getTime.call(date))
  return { [TAG]: 'date', v: isValid ? Date.prototype.toISOString.call(date) : null }
}

function encodeRegExp({ source, flags, lastIndex }: RegExp): Encoded {
  return { [TAG]: 'regexp', source, flags, ...(lastIndex !== 0 && { lastIndex }) }
}

function encodeList(tag: string, items: readonly unknown[], child: EncodeChild): Encoded {
  return { [TAG]: tag, v: items.map((item) => child(item)) }
}
