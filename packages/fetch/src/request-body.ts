import { isFormType, isTextType, parseBodyText } from '@retake/http'
import { type FetchInput, isRequest, type RequestHead } from './http-request.ts'

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
 */
export function readBody(
  head: RequestHead,
  input: FetchInput,
  init: RequestInit | undefined,
): ReadBody | Promise<ReadBody> {
  const given = init?.body
  if (given === undefined || given === null) {
    const isEmpty = !isRequest(input) || input.body === null
    return isEmpty ? { body: undefined, input, init } : readRequest(head, input, init)
  }
  const known = bodyInMemory(given, head.contentType)
  return known === NOT_IN_MEMORY
    ? readLater(head, given, input, init)
    : { body: known, input, init }
}

const NOT_IN_MEMORY = Symbol('not in memory')

type Body = NonNullable<RequestInit['body']>

function bodyInMemory(body: Body, contentType: string): unknown {
  if (typeof body === 'string') return parseBodyText(body, contentType)
  if (body instanceof URLSearchParams) return String(body)
  if (body instanceof ArrayBuffer) return parseBytes(new Uint8Array(body), contentType)
  if (ArrayBuffer.isView(body)) {
    const { buffer, byteOffset, byteLength } = body
    return parseBytes(new Uint8Array(buffer, byteOffset, byteLength), contentType)
  }
  return NOT_IN_MEMORY
}

async function readRequest(
  { contentType }: RequestHead,
  request: Request,
  init: RequestInit | undefined,
): Promise<ReadBody> {
  const copy = request.clone()
  const body = isFormType(contentType)
    ? await readForm(await copy.formData())
    : parseBytes(await bytesOf(copy), contentType)
  return { body, input: request, init }
}

async function readLater(
  { contentType }: RequestHead,
  body: Body,
  input: FetchInput,
  init: RequestInit | undefined,
): Promise<ReadBody> {
  if (body instanceof FormData) return { body: await readForm(body), input, init }
  const bytes = await bytesOf(new Response(body as ReadableStream))
  const isStream = !(body instanceof Blob)
  // A stream can be read only once.
  return {
    body: parseBytes(bytes, contentType),
    input,
    init: isStream ? { ...init, body: bytes } : init,
  }
}

/** Fields of a form, in their order. The boundary between them is a new one each time, and does not count. */
async function readForm(form: FormData): Promise<unknown> {
  const fields = [...form].map(async ([name, value]) => {
    if (typeof value === 'string') return { name, value }
    const { name: file, type } = value
    return { name, file, type, content: new Uint8Array(await value.arrayBuffer()) }
  })
  return { form: await Promise.all(fields) }
}

async function bytesOf(source: Request | Response): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await source.arrayBuffer())
}

function parseBytes(bytes: Uint8Array, contentType: string): unknown {
  if (!isTextType(contentType)) return bytes.slice()
  try {
    return parseBodyText(new TextDecoder('utf-8', { fatal: true }).decode(bytes), contentType)
  } catch {
    return bytes.slice()
  }
}
