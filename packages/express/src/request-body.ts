import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { type Exchange, MAX_BODY_BYTES } from '@retake/http'
import type { Request } from 'express'
import type { EventObserver } from './emitter.ts'

/** The body of a request, as far as the app has read it. */
export interface CollectedBody extends EventObserver {
  /** Adds the body to the recorded request, if that was not done. To be called before the exchange is over. */
  record(): void
}

type Decode = (bytes: Buffer, limits: { readonly maxOutputLength: number }) => Promise<Buffer>

const DECODERS: ReadonlyMap<string, Decode> = new Map([
  ['gzip', promisify<Buffer, object, Buffer>(gunzip)],
  ['deflate', promisify<Buffer, object, Buffer>(inflate)],
  ['br', promisify<Buffer, object, Buffer>(brotliDecompress)],
])

/**
 * Collects what the app reads of a body, however it does. Nothing is read that the app does not read. Recorded as
 * soon as it is whole, so that it is there when the process dies of it.
 *
 * @see docs/decisions/0011-request-bodies.md
 */
export function collectBody(request: Request, exchange: Exchange): CollectedBody {
  if (request.readableDidRead) return bodyReadBefore(request, exchange)
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase()
  let chunks: Buffer[] = []
  let size = 0
  let isRecorded = false

  function observe(event: unknown, chunk: unknown): void {
    if (event === 'end') return record()
    if (event !== 'data') return
    const bytes = toBytes(chunk, request.readableEncoding)
    size += bytes.length
    if (size <= MAX_BODY_BYTES) chunks.push(bytes)
    else chunks = []
  }

  function record(): void {
    if (isRecorded) return
    isRecorded = true
    const withheld = whyWithheld(request, size)
    if (withheld) return exchange.recordBody(undefined, withheld)
    const bytes = Buffer.concat(chunks)
    if (encoding === 'identity') exchange.recordBody(bytes)
    else void recordDecoded(exchange, bytes, encoding)
  }

  return { observe, record }
}

// A parser that stands before the middleware has read it: what it has made of it is known, and its bytes are not.
function bodyReadBefore(request: Request, exchange: Exchange): CollectedBody {
  const body: unknown = request.body
  if (body === undefined) exchange.recordBody(undefined, 'it was read before the middleware')
  else exchange.recordBody(body)
  return { observe: () => {}, record: () => {} }
}

// Always decoded: what is compressed cannot be redacted.
async function recordDecoded(exchange: Exchange, bytes: Buffer, encoding: string): Promise<void> {
  const release = exchange.hold()
  try {
    const decoded = await DECODERS.get(encoding)?.(bytes, { maxOutputLength: MAX_BODY_BYTES })
    exchange.recordBody(decoded, decoded ? undefined : 'its encoding is not known')
  } catch {
    exchange.recordBody(
      undefined,
      `it could not be decoded, or is larger than ${MAX_BODY_BYTES} bytes`,
    )
  } finally {
    release()
  }
}

function whyWithheld({ complete, readableLength }: Request, size: number): string | undefined {
  if (size > MAX_BODY_BYTES) return `it is larger than ${MAX_BODY_BYTES} bytes`
  if (complete && readableLength === 0) return undefined
  return size === 0 ? 'the app did not read it' : 'the app did not read all of it'
}

// A copy, because the bytes are the app's once it has them.
function toBytes(chunk: unknown, encoding: BufferEncoding | null): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk, encoding ?? 'utf8')
  return chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.alloc(0)
}
