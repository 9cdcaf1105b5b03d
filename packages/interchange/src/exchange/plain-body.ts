import * as zlib from 'node:zlib'
import { decodeText, isTextType } from '@retake/format'
import { type Exchange, type Header, headerOf } from './exchange.ts'

type Decompress = (bytes: Uint8Array) => Uint8Array

// What a compressed answer may become, so that a small file cannot fill the memory.
const LIMIT = { maxOutputLength: 2 ** 27 }
const TOO_LARGE = 'its answer becomes too large when it is decompressed'
const UNREADABLE = 'its answer is compressed, and cannot be decompressed'

const DECOMPRESS: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ['gzip', (bytes) => zlib.gunzipSync(bytes, LIMIT)],
  ['x-gzip', (bytes) => zlib.gunzipSync(bytes, LIMIT)],
  ['br', (bytes) => zlib.brotliDecompressSync(bytes, LIMIT)],
  ['zstd', (bytes) => zlib.zstdDecompressSync(bytes, LIMIT)],
  ['deflate', inflate],
])

/** What compressed bytes begin with, by the name of their encoding. Those that have no such sign are not here. */
const SIGNS: readonly (readonly [encoding: string, sign: readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b, 0x08]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
]

/**
 * The body of an answer as it was before it was compressed, or why that is not known.
 *
 * Other tools keep the header of an answer that they have decompressed, and some drop it from one that they have not: what is not
 * compressed stays as it is, and what still looks compressed under the type of a text is decompressed. Bytes that nobody could look
 * into for secrets are not kept.
 */
export function plainBody(
  body: Uint8Array,
  headers: readonly Header[],
): Pick<Exchange, 'responseBody' | 'withheld'> {
  const encodings = encodingsOf(headers)
  const type = headerOf(headers, 'content-type') ?? ''
  try {
    const told = encodings.reduceRight(decompressBy, body)
    const responseBody = isTextType(type) ? decompressBy(told, signOf(told) ?? '') : told
    const isUnread = isStillCompressed(responseBody, { encodings, type })
    return isUnread ? { withheld: UNREADABLE } : { responseBody }
  } catch {
    return { withheld: TOO_LARGE }
  }
}

/** Whether bytes are in fact compressed as the headers of their answer say. */
export function isCompressedAs(body: Uint8Array, headers: readonly Header[]): boolean {
  if (signOf(body) !== undefined) return true
  try {
    return encodingsOf(headers).reduceRight(decompressBy, body) !== body
  } catch {
    return true
  }
}

// The last one was applied last.
function encodingsOf(headers: readonly Header[]): readonly string[] {
  const names = headerOf(headers, 'content-encoding')?.toLowerCase().split(',') ?? []
  return names.map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity')
}

// Throws for what becomes too large, and gives back what is not compressed like this.
function decompressBy(bytes: Uint8Array, name: string): Uint8Array {
  if (bytes.length === 0) return bytes
  try {
    const plain = DECOMPRESS.get(name)?.(bytes)
    return plain === undefined ? bytes : new Uint8Array(plain)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw error
    return bytes
  }
}

function isStillCompressed(
  body: Uint8Array,
  { encodings, type }: { readonly encodings: readonly string[]; readonly type: string },
): boolean {
  const sign = signOf(body)
  if (isTextType(type)) {
    // A text in another character set is no UTF-8 either.
    const isOtherText = /charset=(?!"?utf-?8)/i.test(type)
    return sign !== undefined || (encodings.length > 0 && !isOtherText && !isUtf8(body))
  }
  return sign !== undefined && encodings.some((name) => name.endsWith(sign)) && !isArchive(type)
}

function isUtf8(body: Uint8Array): boolean {
  return decodeText(body) !== undefined
}

function isArchive(type: string): boolean {
  return /gzip|zstd|tar|octet-stream/i.test(type)
}

function signOf(bytes: Uint8Array): string | undefined {
  return SIGNS.find(([, sign]) => sign.every((byte, at) => bytes[at] === byte))?.[0]
}

// Some servers send it without the header of zlib.
function inflate(bytes: Uint8Array): Uint8Array {
  try {
    return zlib.inflateSync(bytes, LIMIT)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw error
    return zlib.inflateRawSync(bytes, LIMIT)
  }
}
