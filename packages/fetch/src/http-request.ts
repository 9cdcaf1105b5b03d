import { isBlob, isOf } from './brands.ts'

/** What the answer to an HTTP request depends on. Headers do not count, unless an app says so. */
export interface HttpRequest {
  readonly method: string
  /** Without its fragment, which is not sent. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** A request as it is known before its body is read. */
export interface RequestHead {
  readonly method: string
  readonly url: URL
  readonly contentType: string
  readonly signal: AbortSignal | undefined
  readonly headers: Headers
}

export type FetchInput = Parameters<typeof fetch>[0]

/** @throws {TypeError} when the URL or a header is not one, as `fetch` itself would. */
export function readHead(input: FetchInput, init: RequestInit = {}): RequestHead {
  const request = isRequest(input) ? input : undefined
  const headers = new Headers(init.headers ?? request?.headers)
  const method = init.method ?? request?.method ?? 'GET'
  return {
    method: method.toUpperCase(),
    url: new URL(isRequest(input) ? input.url : input),
    contentType: headers.get('content-type') ?? defaultType(init.body),
    signal: init.signal ?? request?.signal ?? undefined,
    headers,
  }
}

/** Whether `fetch` was handed a request of its own kind, of whichever implementation. */
export function isRequest(input: FetchInput): input is Request {
  return typeof input === 'object' && 'url' in input && typeof input.clone === 'function'
}

/** The request as it is recorded and compared. */
export function describeRequest(
  { method, url, headers }: RequestHead,
  body: unknown,
  counted: readonly string[],
): HttpRequest {
  const sent = counted.flatMap((name) => {
    const value = headers.get(name)
    return value === null ? [] : [[name.toLowerCase(), value] as const]
  })
  return {
    method,
    url: withoutFragment(url),
    ...(sent.length > 0 ? { headers: Object.fromEntries(sent) } : {}),
    ...(body === undefined ? {} : { body }),
  }
}

/** Whether something is sent: to `data:` and `blob:` addresses nothing is. */
export function isSent({ url }: RequestHead): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:'
}

/** The name of a call: where it goes, and how. */
export function nameOf({ method, url }: RequestHead): string {
  return `${method} ${url.origin}${url.pathname}`
}

function withoutFragment({ href, hash }: URL): string {
  return hash === '' ? href : href.slice(0, -hash.length)
}

// What `fetch` takes for the type of a body that says none.
function defaultType(body: RequestInit['body']): string {
  if (typeof body === 'string') return 'text/plain'
  if (isOf(body, 'URLSearchParams')) return 'application/x-www-form-urlencoded'
  return isBlob(body) ? body.type : ''
}
