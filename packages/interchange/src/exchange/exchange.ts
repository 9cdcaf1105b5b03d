/** A header as it was sent. A name may come several times. */
export type Header = readonly [name: string, value: string]

/** A request and its answer, as all formats of HTTP tell them. */
export interface Exchange {
  /** What messages call it, such as `log.entries[2]`. */
  readonly label: string
  readonly method: string
  /** Absolute. That of a request which came in may have a made-up origin. */
  readonly url: string
  readonly requestHeaders: readonly Header[]
  /** Absent when there was none. */
  readonly requestBody?: Uint8Array
  /** Why the body of the request is not known. */
  readonly withheldRequest?: string
  readonly status: number
  readonly statusText: string
  readonly responseHeaders: readonly Header[]
  /** As it was before it was compressed. Absent for answers that have none, such as those with status 204. */
  readonly responseBody?: Uint8Array
  /** Why the answer is not whole, or not known. */
  readonly withheld?: string
  /** Where the answer came from in the end, when the request was redirected. */
  readonly redirectedTo?: string
  /** It is one call as `fetch` made it: a redirect was handed to the app. */
  readonly isWhole?: true
  /** ISO 8601, UTC. */
  readonly startedAt?: string
  /** Milliseconds from the start to the end of the answer. */
  readonly ms?: number
  /** Milliseconds from the start to the first byte of the answer. */
  readonly headMs?: number
  /** It is the request that made the session, and not one that the session made. */
  readonly isInbound?: true
}

/** Exchanges that were read, and what was not carried over, one line each. */
export interface Exchanges {
  readonly exchanges: readonly Exchange[]
  readonly notes: readonly string[]
}

/** The value of a header, several of one name joined; `undefined` when it is not there. */
export function headerOf(headers: readonly Header[], name: string): string | undefined {
  const values = headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value)
  return values.length === 0 ? undefined : values.join(', ')
}

/** Whether answers to such a request, or with such a status, have no body. */
export function hasNoBody(method: string, status: number): boolean {
  return method === 'HEAD' || method === 'CONNECT' || [101, 204, 205, 304].includes(status)
}
