import { openExchange, passesBy, type Exchange, type HttpOptions } from './exchange.ts'
import { MAX_BODY_BYTES, TOO_LARGE, whyUnreadable, type HttpRequest } from './inbound.ts'
import type { HeaderSource } from './redact-headers.ts'
import { problemResponse, respond } from './respond.ts'
import { defaultRetake, type Retake } from './retake.ts'

export interface WithScopeOptions extends HttpOptions<Request> {
  /** @default the default instance */
  retake?: Retake
  /** Address of the caller, where the server tells it. Without it a replay needs `replay.authorize`. */
  peer?: (request: Request) => string | undefined
  /** Keeps a serverless instance alive until the session is written. */
  waitUntil?: (promise: Promise<unknown>) => void
}

/**
 * Wraps a handler of any framework that maps a `Request` to a `Response`: Next.js route handlers, Bun,
 * Deno, Workers, SvelteKit and others. Each request becomes a session, and `X-Replay` replays one.
 */
export function withScope<Rest extends unknown[]>(
  handler: (request: Request, ...rest: Rest) => Response | Promise<Response>,
  { retake = defaultRetake(), ...options }: WithScopeOptions = {},
): (request: Request, ...rest: Rest) => Promise<Response> {
  return async (request, ...rest) => {
    if (passesBy(request, options)) return handler(request, ...rest)
    const peer = () => options.peer?.(request)
    const opening = await openExchange(retake, toHttpRequest(request, { peer }), request, options)
    if ('refused' in opening) return problemResponse(opening.refused)
    const { exchange } = opening
    options.waitUntil?.(exchange.settled())
    recordBody(exchange, request)
    return respond(exchange, { request }, () => handler(request, ...rest))
  }
}

/** What a server knows of a request besides the request. */
export interface ServerKnowledge {
  /** Address of the other side. Asked for only when the request wants a replay. */
  peer?(): string | undefined
  /** The headers, where the server has them in a form that is cheaper to read. */
  readonly headers?: HeaderSource
}

/** A web-standard request, as `openExchange` wants it. */
export function toHttpRequest(request: Request, { peer, headers }: ServerKnowledge = {}): HttpRequest {
  return {
    method: request.method,
    url: pathAndQuery(request.url),
    header: (name) => request.headers.get(name),
    headers: () => headers ?? request.headers,
    get peer() {
      return peer?.()
    },
  }
}

function pathAndQuery(url: string): string {
  const { pathname, search } = new URL(url)
  return pathname + search
}

// The handler reads the body; what is recorded is a copy that is read beside it. A body that somebody
// in front has read already cannot be copied.
function recordBody(exchange: Exchange, request: Request): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.body === null) return
  const unreadable = whyUnreadable(request.headers.get('content-encoding'))
  const withheld = request.bodyUsed || request.body.locked ? 'it was read before' : unreadable
  if (withheld) return exchange.recordBody(undefined, withheld)
  const release = exchange.hold()
  void readUpTo(MAX_BODY_BYTES, request.clone())
    .then((bytes) => exchange.recordBody(bytes, bytes ? undefined : TOO_LARGE))
    .catch(() => exchange.recordBody(undefined, 'it could not be read'))
    .finally(release)
}

async function readUpTo(limit: number, { body }: Request): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > limit) return undefined
    chunks.push(chunk)
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer())
}
