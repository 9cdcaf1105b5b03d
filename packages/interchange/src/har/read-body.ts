import { Buffer } from 'node:buffer'
import { isTextType } from '@retake/format'
import { type Exchange, type Header, headerOf } from '../exchange/exchange.ts'
import { type FileBody, NO_ANSWER_BODY, NO_REQUEST_BODY } from '../exchange/file-body.ts'
import { writeForm } from '../exchange/multipart.ts'
import { isCompressedAs, plainBody } from '../exchange/plain-body.ts'
import { toBytes } from '../exchange/text-bytes.ts'
import type { Reader } from '../read/reader.ts'

const UNKNOWN = { withheld: 'a body of it is written in a way that is not known' }
const LOST = { withheld: 'a body of it lost its bytes when it was written as text' }

// As which gzip and zstd begin then.
const LOST_SIGNS = ['\x1f\ufffd', '(\ufffd/\ufffd']

const HEX = /^(?:[0-9a-f]{2})*$/i
const BASE64 = /^[\w+/-]*={0,2}$/
// What the panels of browsers and proxies say of a body that they kept back, or cut.
const KEPT_BACK = /\bnot (?:included|available)\b|\bomitted\b|\btruncated\b/i

/** Reads the body of an answer, of which a file may say no more than its size. */
export function readContent(
  response: Reader,
  headers: readonly Header[],
): Pick<Exchange, 'responseBody' | 'withheld'> {
  const body = readAnswer(response, headers)
  return body instanceof Uint8Array ? plainBody(body, headers) : body
}

function readAnswer(response: Reader, headers: readonly Header[]): FileBody {
  const content = response.field('content')
  const bodySize = response.field('bodySize').value
  if (!content.isThere) return bodySize === 0 ? new Uint8Array() : NO_ANSWER_BODY
  if (isKeptBack(content)) return NO_ANSWER_BODY
  if (content.field('text').isThere) return readText(content, headers)
  const size = content.field('size').value ?? bodySize
  const isEmpty = size === 0 && (response.field('bodySize').amount() ?? 0) === 0
  return isEmpty ? new Uint8Array() : NO_ANSWER_BODY
}

/** Reads the body of a request, of which a file may say nothing; `undefined` when there is none. */
export function readPostData(
  request: Reader,
  headers: readonly Header[],
): { readonly body: FileBody; readonly contentType?: string } | undefined {
  const data = request.field('postData')
  const bodySize = request.field('bodySize').value
  if (!data.isThere) {
    return isLeftOut(request, headers) ? { body: NO_REQUEST_BODY } : undefined
  }
  if (isKeptBack(data)) return { body: NO_REQUEST_BODY }
  const text = data.field('text')
  const params = data.field('params')
  const hasParams = params.isThere && params.items().length > 0
  if (text.isThere && (text.text() !== '' || !hasParams)) {
    // Playwright writes an empty text for bytes.
    const isUntold = text.text() === '' && bodySize !== undefined && bodySize !== 0
    return { body: isUntold ? NO_REQUEST_BODY : readText(data, headers) }
  }
  if (hasParams) return readParams(data)
  return bodySize === 0 || bodySize === undefined ? undefined : { body: NO_REQUEST_BODY }
}

// Where the size is not known either, a request that says the type of its body had one.
function isLeftOut(request: Reader, headers: readonly Header[]): boolean {
  const size = request.field('bodySize').value
  if (typeof size === 'number' && size >= 0) return size > 0
  const hasType = headerOf(headers, 'content-type') !== undefined
  const isBare = /^(?:GET|HEAD)$/i.test(request.field('method').text())
  return hasType && !isBare && headerOf(headers, 'content-length') !== '0'
}

function isKeptBack(body: Reader): boolean {
  const isBeside = body.field('_file').isThere || body.field('_sha1').isThere
  return isBeside || KEPT_BACK.test(body.field('comment').textOr(''))
}

// Fields without their text: that of a form which has files is known by its parts only.
function readParams(data: Reader): { readonly body: FileBody; readonly contentType?: string } {
  const params = data.field('params').items()
  const fields = params.map((param) => ({
    name: param.field('name').text(),
    value: param.field('value').textOr(''),
    isFile: param.field('fileName').isThere,
  }))
  if (fields.some(({ isFile }) => isFile)) return { body: NO_REQUEST_BODY }
  if (/^multipart\/form-data\b/i.test(data.field('mimeType').textOr(''))) return writeForm(fields)
  const pairs = fields.map(({ name, value }) => [name, value])
  return { body: toBytes(new URLSearchParams(pairs).toString()) }
}

// Polly.JS marks bytes, and writes what came compressed as a list of its chunks.
function readText(body: Reader, headers: readonly Header[]): FileBody {
  const text = body.field('text').text()
  const encoding = body.field('_encoding').value ?? body.field('encoding').value ?? ''
  const isHex = encoding === 'hex' || (encoding === '' && body.field('_isBinary').value === true)
  const read = encoding === 'base64' ? fromBase64 : fromHex
  const chunks = chunksOf(text)
  if (chunks && headerOf(headers, 'content-encoding') !== undefined) {
    const parts = chunks.map(read)
    const bytes = parts.includes(undefined) ? undefined : Buffer.concat(parts as Uint8Array[])
    if (bytes && isCompressedAs(bytes, headers)) return new Uint8Array(bytes)
  }
  if (encoding === 'base64' || isHex) return read(text) ?? UNKNOWN
  if (encoding !== '' && encoding !== 'utf8' && encoding !== 'utf-8') return UNKNOWN
  return isLost(text, body, headers) ? LOST : toBytes(text)
}

function chunksOf(text: string): readonly string[] | undefined {
  if (!/^\s*\[\s*"[\w+/=-]*"/.test(text)) return undefined
  try {
    const value = JSON.parse(text) as readonly unknown[]
    return value.every((chunk) => typeof chunk === 'string') ? value : undefined
  } catch {
    return undefined
  }
}

// Bytes that were taken for a text are gone: what was no character stands there as one and the same.
function isLost(text: string, body: Reader, headers: readonly Header[]): boolean {
  if (!text.includes('\ufffd')) return false
  const type = headerOf(headers, 'content-type') ?? body.field('mimeType').textOr('')
  const isText = type === '' || isTextType(type) || /^application\/x-www-form/i.test(type)
  return !isText || LOST_SIGNS.some((sign) => text.startsWith(sign))
}

function fromBase64(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(/\s+/g, '')
  return BASE64.test(digits) ? new Uint8Array(Buffer.from(digits, 'base64')) : undefined
}

function fromHex(text: string): Uint8Array | undefined {
  return HEX.test(text) ? new Uint8Array(Buffer.from(text, 'hex')) : undefined
}
