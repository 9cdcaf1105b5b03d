import {
  decodeText,
  toBase64,
  type JsonLimits,
  parseJson,
  type EncodedObject,
  type Encoded,
  sha256,
} from '@retake/format'
import { invalidCassette } from './error.ts'
import { rebuild, refersTo, unescapeKey } from './references.ts'

/** Reads the bytes of a blob. It is asked for names of 64 hexadecimal digits only, and may throw. */
export type BlobReader = (sha256: string) => Uint8Array

const BLOB_NAME = /^[0-9a-f]{64}$/

/**
 * Creates the reverse of a packer, for a file that may say anything.
 *
 * Blobs are checked against their names; parts are not, since they may be edited by hand. A part has no
 * references to parts, so that none can contain itself; what all references stand for together is
 * bounded, so that none can grow by repetition.
 *
 * @throws {ReplayInvalidSessionError} from what is returned.
 */
export function createUnpacker(
  parts: EncodedObject,
  readBlob: BlobReader,
  limits: JsonLimits,
): (value: Encoded) => Encoded {
  const unpacked = new Map<string, { readonly value: Encoded; readonly chars: number }>()
  const blobs = new Map<string, Uint8Array>()
  let chars = 0

  function unpackPart({ $part: name }: EncodedObject): Encoded {
    if (typeof name !== 'string' || !Object.hasOwn(parts, name)) {
      throw invalidCassette('entry', 'a part that is referred to is not there')
    }
    const part = unpacked.get(name) ?? keepPart(name, parts[name] ?? null)
    spend(part.chars)
    return part.value
  }

  function keepPart(name: string, packed: Encoded): { value: Encoded; chars: number } {
    const value = rebuild(packed, fromBlob, unescapeKey)
    const part = { value, chars: JSON.stringify(value).length }
    unpacked.set(name, part)
    return part
  }

  function fromBlob(reference: Encoded): Encoded | undefined {
    if (refersTo('$part', reference)) throw invalidCassette('entry', 'a part refers to a part')
    return refersTo('$blob', reference) ? unpackBlob(reference) : undefined
  }

  function unpackBlob({ $blob: name, as }: EncodedObject): Encoded {
    if (typeof name !== 'string' || !BLOB_NAME.test(name)) {
      throw invalidCassette('blob', 'the name of a blob is not a SHA-256')
    }
    const bytes = blobs.get(name) ?? readChecked(name, readBlob)
    blobs.set(name, bytes)
    spend(bytes.length)
    return fromBytes(bytes, as, limits)
  }

  function spend(size: number): void {
    chars += size
    if (chars <= limits.maxChars) return
    throw invalidCassette('size', `it stands for more than ${limits.maxChars} characters`)
  }

  return (value) =>
    rebuild(
      value,
      (node) => (refersTo('$part', node) ? unpackPart(node) : fromBlob(node)),
      unescapeKey,
    )
}

function readChecked(name: string, readBlob: BlobReader): Uint8Array {
  let bytes: Uint8Array
  try {
    bytes = readBlob(name)
  } catch {
    throw invalidCassette('blob', `blob ${name} is not there, or cannot be read`)
  }
  if (sha256(bytes) === name) return bytes
  throw invalidCassette('blob', `blob ${name} was changed, its content has another hash`)
}

function fromBytes(bytes: Uint8Array, as: Encoded | undefined, limits: JsonLimits): Encoded {
  if (as === 'text') return toText(bytes)
  if (as === 'base64') return toBase64(bytes)
  const parsed = as === 'json' ? parseJson(toText(bytes), limits) : undefined
  if (parsed && 'value' in parsed) return parsed.value as Encoded
  throw invalidCassette('blob', 'a blob is neither text, nor base64, nor JSON')
}

function toText(bytes: Uint8Array): string {
  const text = decodeText(bytes)
  if (text !== undefined) return text
  throw invalidCassette('blob', 'a blob is said to be text, and is not UTF-8')
}
