import { recordBodyCopy } from './body-copy.ts'
import { openExchange, passesBy, type HttpOptions } from './exchange.ts'
import type { HttpRequest } from './inbound.ts'
import type { HeaderSource } from '../redact/headers.ts'
import { problemResponse, respond } from './respond.ts'
import { defaultRetake, type Retake } from '../retake.ts'

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
    recordBodyCopy(exchange, request)
    return respond(exchange, { request }, () => handler(request, ...rest))
  }
}

/** What a server knows of a request besides the request. */
export interface ServerKnowledge {
  /** Address of the other side. Asked for only when the request wants a replay. */
  readonly peer?: () => string | undefined
  /** The headers, where the server has them in a form that is cheaper to read. */
  readonly headers?: HeaderSource
}

/** A web-standard request, as `openExchange` wants it. */
export function toHttpRequest(
  request: Request,
  { peer, headers }: ServerKnowledge = {},
): HttpRequest {
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

// By hand, because to parse the URL would cost as much as all the rest of this.
function pathAndQuery(url: string): string {
  const path = url.indexOf('/', url.indexOf('://') + 3)
  const fragment = url.indexOf('#', path)
  return url.slice(path, fragment === -1 ? undefined : fragment)
}
