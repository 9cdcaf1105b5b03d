import { decodeText, isTextType, parseBodyText } from '@retake/http'
import { isBlob, isOf } from './brands.ts'
import { type FetchInput, isRequest, type RequestHead } from './http-request.ts'
import { parseMultipart } from './multipart.ts'
import { isStream, readStream } from './stream-body.ts'

/** A body that was read, and what takes its place in the call, since some can be read only once. */
export interface ReadBody {
  /** In the form in which it is recorded; `undefined` when there is none. */
  readonly body: unknown
  readonly input: FetchInput
  readonly init: RequestInit | undefined
}

/**
 * Reads the body of a request: at once where it lies in memory, as nearly every body of an API does, so that calls
 * are numbered in the order in which they are made.
 *
 * @param isPlatform whether the `fetch` of the platform sends the request.
 */
export function readBody(
  head: RequestHead,
  input: FetchInput,
  init: RequestInit | undefined,
  isPlatform: boolean,
): ReadBody | Promise<ReadBody> {
  const given = init?.body
  if (given === undefined || given === null) {
    const isEmpty = !isRequest(input) || input.body === null
    return isEmpty ? { body: undefined, input, init } : readRequest(head, input, init)
  }
  const known = bodyInMemory(given, head.contentType, isPlatform)
  return known === NOT_IN_MEMORY
    ? readLater(head, given, input, init)
    : { body: known, input, init }
}

const NOT_IN_MEMORY = Symbol('not in memory')

type Body = NonNullable<RequestInit['body']>

function bodyInMemory(body: Body, contentType: string, isPlatform: boolean): unknown {
  if (typeof body === 'string') return parseText(body, contentType)
  if (isOf(body, 'URLSearchParams')) return (body as URLSearchParams).toString()
  if (isOf(body, 'ArrayBuffer')) return parseBytes(new Uint8Array(body as ArrayBuffer), contentType)
  if (ArrayBuffer.isView(body)) {
    const { buffer, byteOffset, byteLength } = body
    return parseBytes(new Uint8Array(buffer, byteOffset, byteLength), contentType)
  }
  // Of anything else the platform sends its text.
  return isReadLater(body, isPlatform)
    ? NOT_IN_MEMORY
    : parseText(String(body as unknown), contentType)
}

function isReadLater(body: unknown, isPlatform: boolean): boolean {
  return isOf(body, 'FormData') || isBlob(body) || isStream(body, isPlatform)
}

async function readRequest(
  { contentType }: RequestHead,
  request: Request,
  init: RequestInit | undefined,
): Promise<ReadBody> {
  const bytes = await bytesOf(request.clone())
  return { body: parseBytes(bytes, contentType), input: request, init }
}

async function readLater(
  { contentType }: RequestHead,
  body: Body,
  input: FetchInput,
  init: RequestInit | undefined,
): Promise<ReadBody> {
  if (isOf(body, 'FormData')) return { body: await readForm(body as FormData), input, init }
  if (isBlob(body)) return { body: parseBytes(await bytesOf(body), contentType), input, init }
  const { bytes, again } = await readStream(body as object)
  return { body: bytes && parseBytes(bytes, contentType), input, init: { ...init, body: again } }
}

/** Fields of a form, in their order. */
async function readForm(form: FormData): Promise<unknown> {
  const fields = [...form].map(async ([name, value]) => {
    if (typeof value === 'string') return { name, value }
    const { name: file, type } = value
    return { name, file, type, content: await bytesOf(value) }
  })
  return { form: await Promise.all(fields) }
}

async function bytesOf(source: Pick<Blob, 'arrayBuffer'>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await source.arrayBuffer())
}

const encoder = new TextEncoder()

// The same body may be given as text or as bytes, and only its type says which it is.
function parseText(text: string, contentType: string): unknown {
  return isText(contentType)
    ? parseBodyText(text, contentType)
    : parseBytes(encoder.encode(text), contentType)
}

function parseBytes(bytes: Uint8Array, contentType: string): unknown {
  const multipart = parseMultipart(bytes, contentType)
  if (multipart) return multipart
  const text = isText(contentType) ? decodeText(bytes) : undefined
  return text === undefined ? bytes.slice() : parseBodyText(text, contentType)
}

function isText(contentType: string): boolean {
  return contentType === '' || isTextType(contentType)
}
