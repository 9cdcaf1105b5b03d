import {
  fromBase64,
  toBase64,
  utf8Bytes,
  utf8Length,
  utf8Text,
  isEncodedObject,
  tagOf,
  type Encoded,
  sha256,
} from '@retake/format'
import {
  type BlobReference,
  escapeKey,
  type PartReference,
  rebuild,
  type Replace,
} from './references.ts'

/** Moves out of a cassette's text what is large, or what repeats. */
export interface Packer {
  /** Replaces large values by references to blobs. */
  readonly pack: (value: Encoded) => Encoded
  /** Besides, replaces what is in several requests by references to parts. */
  readonly packRequest: (request: Encoded) => Encoded
  /** Filled while packing, in the order of their first use. */
  readonly parts: ReadonlyMap<string, Encoded>
  readonly blobs: ReadonlyMap<string, Uint8Array>
}

interface BlobContent {
  readonly bytes: Uint8Array
  readonly as: BlobReference['as']
}

const MIN_PART_CHARS = 256
const MIN_BULK_BYTES = 1024
// Half of a SHA-256: nobody can make two parts with the same name.
const PART_NAME_CHARS = 32

/**
 * Creates a packer for a cassette.
 *
 * @param blobBytes Longest string that stays in the text. Bytes and vectors leave it from 1 KiB.
 */
export function createPacker(requests: readonly Encoded[], blobBytes: number): Packer {
  const repeated = findRepeated(requests)
  const parts = new Map<string, Encoded>()
  const blobs = new Map<string, Uint8Array>()

  const toBlob: Replace = (value, parent) => {
    const blob = blobOf(value, parent, blobBytes)
    if (blob === undefined) return undefined
    const name = sha256(blob.bytes)
    blobs.set(name, blob.bytes)
    return { $blob: name, bytes: blob.bytes.length, as: blob.as } satisfies BlobReference
  }

  const toPart: Replace = (value, parent) => {
    const text = partText(value, parent)
    if (text === undefined || !repeated.has(text)) return undefined
    const name = sha256(text).slice(0, PART_NAME_CHARS)
    if (!parts.has(name)) parts.set(name, pack(value))
    return { $part: name } satisfies PartReference
  }

  const pack = (value: Encoded): Encoded => rebuild(value, toBlob, escapeKey)
  const packRequest = (request: Encoded): Encoded =>
    rebuild(request, (value, parent) => toBlob(value, parent) ?? toPart(value, parent), escapeKey)

  return { pack, packRequest, parts, blobs }
}

// What repeats is counted once, and not looked into again: its own parts come and go with it.
function findRepeated(requests: readonly Encoded[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const repeated = new Set<string>()

  const note: Replace = (value, parent) => {
    const text = partText(value, parent)
    if (text === undefined) return undefined
    if (!seen.has(text)) return void seen.add(text)
    repeated.add(text)
    return null
  }

  for (const request of requests) rebuild(request, note, escapeKey)
  return repeated
}

// Messages, content parts and tools are objects in lists; instructions are often a string of their own.
function partText(value: Encoded, parent: Encoded | undefined): string | undefined {
  const isCandidate = typeof value === 'string' || (Array.isArray(parent) && isEncodedObject(value))
  const text = isCandidate ? JSON.stringify(value) : ''
  return text.length < MIN_PART_CHARS ? undefined : text
}

function blobOf(
  value: Encoded,
  parent: Encoded | undefined,
  blobBytes: number,
): BlobContent | undefined {
  if (typeof value === 'string') return stringBlob(value, isBytes(parent), blobBytes)
  if (!isVector(value)) return undefined
  const bytes = utf8Bytes(JSON.stringify(value))
  return bytes.length < MIN_BULK_BYTES ? undefined : { bytes, as: 'json' }
}

function stringBlob(text: string, isBase64: boolean, blobBytes: number): BlobContent | undefined {
  if (isBase64 && text.length >= MIN_BULK_BYTES) {
    const bytes = fromBase64(text)
    if (toBase64(bytes) === text) return { bytes, as: 'base64' }
  }
  if (utf8Length(text) <= blobBytes) return undefined
  const bytes = utf8Bytes(text)
  // UTF-8 has no form for a lone surrogate, JSON has.
  return utf8Text(bytes) === text
    ? { bytes, as: 'text' }
    : { bytes: utf8Bytes(JSON.stringify(text)), as: 'json' }
}

function isBytes(value: Encoded | undefined): boolean {
  return isEncodedObject(value) && tagOf(value) === 'bytes'
}

// Embeddings: numbers, or lists of them, that nobody reads in a diff.
function isVector(value: Encoded): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item: Encoded) => typeof item === 'number' || isVector(item))
  )
}
