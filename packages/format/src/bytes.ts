import { lazily } from './lazily.ts'

// Node, Bun, Deno and Workers have it; a browser does not, and gets by with what the platform gives.
const buffers = globalThis.Buffer as typeof Buffer | undefined

const utf8 = new TextEncoder()

/** The bytes of a text in UTF-8, in which lone surrogates are all the same. */
export function utf8Bytes(text: string): Uint8Array<ArrayBuffer> {
  return buffers ? buffers.from(text) : utf8.encode(text)
}

/** How many bytes a text takes in UTF-8. */
export function utf8Length(text: string): number {
  return buffers ? buffers.byteLength(text) : utf8.encode(text).length
}

/** The text of bytes in UTF-8; what is not UTF-8 becomes U+FFFD. A byte order mark is kept. */
export function utf8Text(bytes: Uint8Array): string {
  if (buffers) return nodeBuffer(buffers, bytes).toString()
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

// Made when something is decoded: to make it takes longer than most of what is done at import.
const strictUtf8 = lazily(() => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }))

/** The text that bytes are in UTF-8; `undefined` when they are not. A byte order mark is kept. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8().decode(bytes)
  } catch {
    return undefined
  }
}

/** Base64 of bytes. */
export function toBase64(bytes: Uint8Array): string {
  if (buffers) return nodeBuffer(buffers, bytes).toString('base64')
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** The bytes of base64. What is not base64 is skipped, so that a caller who cares has to look at the length. */
export function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  if (buffers) return buffers.from(base64, 'base64')
  const digits = base64
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replaceAll(/=.*|[^A-Za-z0-9+/]/gs, '')
  // A last digit that stands alone says nothing.
  const whole = digits.length % 4 === 1 ? digits.slice(0, -1) : digits
  return Uint8Array.from(atob(whole), (char) => char.charCodeAt(0))
}

/** Whether bytes are a `Buffer` of Node. */
export function isNodeBuffer(bytes: ArrayBufferView): boolean {
  return buffers?.isBuffer(bytes) ?? false
}

/** The same bytes as a `Buffer` of Node, where there is one. */
export function toNodeBuffer(bytes: Uint8Array): Uint8Array {
  return buffers ? nodeBuffer(buffers, bytes) : bytes
}

function nodeBuffer(buffer: typeof Buffer, bytes: Uint8Array): Buffer {
  return buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
