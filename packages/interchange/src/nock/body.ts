import { Buffer } from 'node:buffer'
import { decodeText, isJsonType } from '@retake/format'
import { toBytes } from '../exchange/text-bytes.ts'
import type { Reader } from '../read/reader.ts'

const HEX = /^(?:[0-9a-f]{2})+$/i

/**
 * Reads a body as nock writes it: JSON as its value, other text as it is, and in hexadecimal what is no text.
 *
 * @param isBinary whether it is hexadecimal, where the recording says so.
 */
export function readBody(body: Reader, contentType: string, isBinary?: boolean): Uint8Array {
  const { value } = body
  if (value === undefined || value === '') return new Uint8Array()
  if (typeof value !== 'string') return toBytes(JSON.stringify(value))
  if (isBinary ?? isHexOfBytes(value)) return fromHex(value, body)
  return toBytes(isJsonType(contentType) && !isJsonText(value) ? JSON.stringify(value) : value)
}

/** The bytes of a list of chunks in hexadecimal, as which an answer is recorded that was compressed; `undefined` when it is none. */
export function readChunks(response: unknown): Uint8Array | undefined {
  if (!Array.isArray(response) || response.length === 0) return undefined
  const isChunk = (chunk: unknown) => typeof chunk === 'string' && HEX.test(chunk)
  return response.every(isChunk) ? new Uint8Array(Buffer.from(response.join(''), 'hex')) : undefined
}

/** A body in the form in which nock serves it just as it was. */
export function writeBody(
  body: Uint8Array,
  contentType: string,
): { readonly value: unknown; readonly isBinary: boolean } {
  const text = decodeText(body)
  if (text === undefined) return { value: toHex(body), isBinary: true }
  const json = jsonOf(text)
  const isStructure = typeof json === 'object' && json !== null
  if (isStructure && JSON.stringify(json) === text) return { value: json, isBinary: false }
  // Read back as the text of a value of JSON, it would be put in quotes.
  const isUntold = text !== '' && isJsonType(contentType) && json === undefined
  return isUntold ? { value: toHex(body), isBinary: true } : { value: text, isBinary: false }
}

// Nock writes no mark for requests, and once wrote none at all: what is text is never in hexadecimal.
function isHexOfBytes(text: string): boolean {
  return HEX.test(text) && decodeText(Buffer.from(text, 'hex')) === undefined
}

function fromHex(text: string, body: Reader): Uint8Array {
  if (text !== '' && !HEX.test(text)) throw body.wrong('must be hexadecimal')
  return new Uint8Array(Buffer.from(text, 'hex'))
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function isJsonText(text: string): boolean {
  return jsonOf(text) !== undefined
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
