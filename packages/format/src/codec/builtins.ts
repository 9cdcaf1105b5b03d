import { isNodeBuffer, toBase64 } from '../bytes.ts'
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
      encodePairs('map', Map.prototype.entries.call(map), child),
  ],
  ['Set', encodeSet],
  ['Headers', (headers: Headers, child) => encodePairs('headers', headers, child)],
  ['ArrayBuffer', (buffer: ArrayBuffer) => encodeBytes('ArrayBuffer', new Uint8Array(buffer))],
  ['String', (boxed: object, child) => child(boxed.valueOf())],
  ['Number', (boxed: object, child) => child(boxed.valueOf())],
  ['Boolean', (boxed: object, child) => child(boxed.valueOf())],
])

/** Whether an object of that `Object.prototype.toString` name is one of the platform that can be stored. */
export function isBuiltin(name: string, value: object): boolean {
  return ArrayBuffer.isView(value) || BUILTINS.has(name)
}

/** Encodes an object of the platform, by its `Object.prototype.toString` name; `undefined` when it is none. */
export function encodeBuiltin(
  name: string,
  value: object,
  child: EncodeChild,
): Encoded | undefined {
  if (!ArrayBuffer.isView(value)) return BUILTINS.get(name)?.(value as never, child)
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  return encodeBytes(isNodeBuffer(value) ? 'Buffer' : name, bytes)
}

function encodeBytes(type: string, bytes: Uint8Array): Encoded {
  return { [TAG]: 'bytes', type, v: toBase64(bytes) }
}

function encodeDate(date: Date): Encoded {
  const isValid = !Number.isNaN(Date.prototype.getTime.call(date))
  return { [TAG]: 'date', v: isValid ? Date.prototype.toISOString.call(date) : null }
}

function encodeRegExp({ source, flags, lastIndex }: RegExp): Encoded {
  return { [TAG]: 'regexp', source, flags, ...(lastIndex !== 0 && { lastIndex }) }
}

// One by one, since `child` throws when there are too many.
function encodePairs(
  tag: string,
  pairs: Iterable<[unknown, unknown]>,
  child: EncodeChild,
): Encoded {
  const v: Encoded[] = []
  for (const [key, value] of pairs) v.push(child(key), child(value))
  return { [TAG]: tag, v }
}

function encodeSet(set: Set<unknown>, child: EncodeChild): Encoded {
  const v: Encoded[] = []
  for (const value of Set.prototype.values.call(set)) v.push(child(value))
  return { [TAG]: 'set', v }
}
