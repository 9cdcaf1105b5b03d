import * as zlib from 'node:zlib'

type Decompress = (bytes: Uint8Array) => Uint8Array

// What a compressed answer may become, so that a small file cannot fill the memory.
const LIMIT = { maxOutputLength: 2 ** 27 }

const DECOMPRESS: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ['gzip', (bytes) => zlib.gunzipSync(bytes, LIMIT)],
  ['x-gzip', (bytes) => zlib.gunzipSync(bytes, LIMIT)],
  ['br', (bytes) => zlib.brotliDecompressSync(bytes, LIMIT)],
  ['zstd', (bytes) => zlib.zstdDecompressSync(bytes, LIMIT)],
  ['deflate', inflate],
])

/**
 * A body as it was before it was compressed.
 *
 * Other tools keep the header of an answer that they have decompressed: what is not compressed stays as it is.
 *
 * @param encoding the header `content-encoding`.
 * @param onTooLarge called when the answer was not decompressed because it would become too large.
 */
export function decompress(
  body: Uint8Array,
  encoding: string | undefined,
  onTooLarge: () => void = () => {},
): Uint8Array {
  if (encoding === undefined || body.length === 0) return body
  // The last one was applied last.
  return encoding
    .toLowerCase()
    .split(',')
    .reduceRight((bytes, name) => decompressBy(bytes, name.trim(), onTooLarge), body)
}

function decompressBy(bytes: Uint8Array, name: string, onTooLarge: () => void): Uint8Array {
  try {
    const plain = DECOMPRESS.get(name)?.(bytes)
    return plain === undefined ? bytes : new Uint8Array(plain)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') onTooLarge()
    return bytes
  }
}

// Some servers send it without the header of zlib.
function inflate(bytes: Uint8Array): Uint8Array {
  try {
    return zlib.inflateSync(bytes, LIMIT)
  } catch {
    return zlib.inflateRawSync(bytes, LIMIT)
  }
}
