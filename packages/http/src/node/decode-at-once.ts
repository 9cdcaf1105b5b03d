import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { MAX_BODY_BYTES } from '../stored-request.ts'

const DECODERS: Readonly<Record<string, typeof gunzipSync>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
}

/** Undoes the encoding of a body, of at most 1 MiB when decoded. Throws where that cannot be done. */
export function decodeAtOnce(bytes: Uint8Array, encoding: string): Uint8Array<ArrayBuffer> {
  const decode = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined
  if (decode === undefined) throw new TypeError('There is no such encoding.')
  return new Uint8Array(decode(bytes, { maxOutputLength: MAX_BODY_BYTES }))
}
