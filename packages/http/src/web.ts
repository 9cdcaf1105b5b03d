import { recordBodyCopy } from './body-copy.ts'
import { openExchange } from './open-exchange.ts'
import type { HttpRequest } from './stored-request.ts'
import type { HeaderSource } from '@retake/redact'
import { checkOptions } from './middleware-arguments.ts'
import { problemResponse, respond } from './respond.ts'
import { defaultRetake, type Retake } from '@retake/core'
import type { HttpOptions } from './http-options.ts'

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
  checkOptions(options, { peer: true, waitUntil: true })
  return async (request, ...rest) => {
    const peer = () => options.peer?.(request)
    const opened = openExchange(retake, toHttpRequest(request, { peer }), request, options)
    if (opened === undefined) return handler(request, ...rest)
    const opening = await opened
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
  readonly headers?: HeaderSource | undefined
}

/** A web-standard request, as `openExchange` wants it. */
export function toHttpRequest(request: Request, knowledge: ServerKnowledge = {}): HttpRequest {
  return new WebRequest(request, knowledge)
}

// Nothing of it is looked at before it is asked for, which for most requests is never.
class WebRequest implements HttpRequest {
  readonly method: string
  readonly request: Request
  readonly knowledge: ServerKnowledge

  constructor(request: Request, knowledge: ServerKnowledge) {
    this.method = request.method
    this.request = request
    this.knowledge = knowledge
  }

  get url(): string {
    return pathAndQuery(this.request.url)
  }

  get peer(): string | undefined {
    return this.knowledge.peer?.()
  }

  header(name: string): string | null {
    return this.request.headers.get(name)
  }

  headers(): HeaderSource {
    return this.knowledge.headers ?? this.request.headers
  }
}

// By hand, because to parse the URL would cost as much as all the rest of this.
function pathAndQuery(url: string): string {
  const path = url.indexOf('/', url.indexOf('://') + 3)
  const fragment = url.indexOf('#', path)
  return url.slice(path, fragment === -1 ? undefined : fragment)
}
