/**
 * A small app, told without a framework: each adapter's test builds it with its own router, its own
 * body reader and its own ways to answer.
 */
export interface HttpApp {
  readonly routes: readonly HttpRoute[]
  /**
   * How many times the middleware is mounted, one after the other, before the routes.
   *
   * @default 1
   */
  readonly mounts?: number
}

/** What a route's handler is given. */
export interface RouteRequest {
  /** The parsed body, read in the usual way of the framework. Called once at most. */
  json(): Promise<unknown>
}

interface RouteTarget {
  readonly method: 'GET' | 'POST'
  /** A literal path, without parameters. */
  readonly path: string
  /** Set on the response by the route's handler, before it answers. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Answered with the framework's helper for JSON, or with its error handling when `handle` throws. */
export interface JsonRoute extends RouteTarget {
  readonly kind: 'json'
  /** @default 200 */
  readonly status?: number
  handle(request: RouteRequest): unknown
}

/**
 * Answered with pieces of text that the app writes one by one, with the framework's helper for streams
 * where it has one. Writing stops when the client has gone.
 */
export interface StreamRoute extends RouteTarget {
  readonly kind: 'stream'
  handle(request: RouteRequest): AsyncIterable<string>
}

/** Answered with a body that the server pulls piece by piece, when the handler has long returned. */
export interface LazyRoute extends RouteTarget {
  readonly kind: 'lazy'
  handle(request: RouteRequest): AsyncIterable<string>
}

/** Answered with the framework's helper for redirects, with status 302. */
export interface RedirectRoute extends RouteTarget {
  readonly kind: 'redirect'
  readonly location: string
}

export type HttpRoute = JsonRoute | StreamRoute | LazyRoute | RedirectRoute
