import type { Exchange } from './exchange.ts'
import { MAX_BODY_BYTES, TOO_LARGE, whyUnreadable } from './stored-request.ts'

type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>

/**
 * Records the body of a request that is still to be read: the handler has it to itself, what is
 * recorded is a copy that is read beside it. A body that was read already cannot be copied.
 *
 * @see docs/decisions/0011-request-bodies.md
 */
export function recordBodyCopy(exchange: Exchange, request: Request): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.body === null) return
  const unreadable = whyUnreadable(request.headers.get('content-encoding'))
  const withheld = request.bodyUsed || request.body.locked ? 'it was read before' : unreadable
  if (withheld) return exchange.recordBody(undefined, withheld)
  const { body: copy } = request.clone()
  if (copy) void recordCopy(exchange, copy)
}

async function recordCopy(exchange: Exchange, copy: Bytes): Promise<void> {
  const release = exchange.hold()
  try {
    const body = await readUpTo(MAX_BODY_BYTES, copy)
    exchange.recordBody(body, body ? undefined : TOO_LARGE)
  } catch {
    exchange.recordBody(undefined, 'it could not be read')
  } finally {
    release()
  }
}

async function readUpTo(limit: number, body: Bytes): Promise<Uint8Array | undefined> {
  const reader = body.getReader()
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  while (size <= limit) {
    const { done, value } = await reader.read()
    if (done) return new Uint8Array(await new Blob(chunks).arrayBuffer())
    chunks.push(value)
    size += value.byteLength
  }
  // Not awaited: a copy is only given up when the handler has given up its own.
  void reader.cancel().catch(() => {})
  return undefined
}
