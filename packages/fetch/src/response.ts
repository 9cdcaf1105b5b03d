import type { Outcome } from '@retake/core'

/** An answer as it is recorded: its head, and the stream of its body unless it has none. */
export interface Answer {
  readonly status: number
  readonly statusText: string
  readonly headers: Readonly<Record<string, string>>
  readonly url: string
  readonly redirected: boolean
  readonly stream: ReadableStream
}

// What they say is not true of a body as `fetch` hands it out, and records it.
const OF_THE_WIRE = ['content-encoding', 'transfer-encoding']

// A function is not stored, and a call of which a part is not stored is not served.
const NOT_STORED = () => {}

/** Takes an answer apart. What is no response of the web, or has a body that somebody reads, cannot be recorded. */
export function toAnswer(response: Response): Answer {
  if (!isResponse(response)) return { response: NOT_STORED } as unknown as Answer
  const { status, statusText, url, redirected, body } = response
  const headers = body === null ? response.headers : withoutWire(response.headers)
  const head = { status, statusText, headers: Object.fromEntries(headers), url, redirected }
  if (body === null || !isStatus(status)) return head as unknown as Answer
  return { ...head, ...(body.locked ? { body: NOT_STORED } : { stream: body }) } as Answer
}

function withoutWire(given: Headers): Headers {
  const headers = new Headers(given)
  const encoding = headers.get('content-encoding') ?? 'identity'
  for (const name of OF_THE_WIRE) headers.delete(name)
  // The length is that of the body as it was sent.
  if (encoding !== 'identity') headers.delete('content-length')
  return headers
}

/**
 * Makes a response of an answer: the one that came, with its body tapped, or a recorded one.
 *
 * @param live what `fetch` gave, while it is recorded: its headers go to the app as they are.
 */
export function toResponse(answer: Answer, live?: Response): Response {
  const { status, statusText } = answer
  const body = (answer.stream as ReadableStream | undefined) ?? null
  if (live) return body === null ? live : new RetakenResponse(body, live, live)
  if (!isStatus(status)) return Response.error()
  return new RetakenResponse(body, { status, statusText, headers: answer.headers }, answer)
}

/** A response that tells where it came from, which the constructor of `Response` cannot be told. */
class RetakenResponse extends Response {
  readonly #origin: Pick<Answer, 'url' | 'redirected'>

  constructor(
    body: ReadableStream | null,
    init: Pick<Response, 'status' | 'statusText'> & { readonly headers: HeadersInit },
    origin: Pick<Answer, 'url' | 'redirected'>,
  ) {
    const { status, statusText, headers } = init
    super(body, { status, statusText, headers })
    this.#origin = origin
  }

  // Apps make responses of their own by it.
  static {
    Object.defineProperty(this.prototype, 'constructor', {
      value: Response,
      writable: true,
      configurable: true,
    })
  }

  override get url(): string {
    return this.#origin.url
  }

  override get redirected(): boolean {
    return this.#origin.redirected
  }

  override get type(): ResponseType {
    return 'basic'
  }

  override clone(): Response {
    const copy = super.clone()
    return new RetakenResponse(copy.body, copy, this.#origin)
  }
}

// Other implementations of `fetch` have classes of their own, and some have bodies of another kind.
function isResponse({ headers, body }: Partial<Response>): boolean {
  const hasHeaders = typeof headers?.get === 'function' && Symbol.iterator in headers
  return hasHeaders && (body === null || body instanceof ReadableStream)
}

// Opaque ones and those of errors have a status that no response can be made with.
function isStatus(status: number): boolean {
  return status >= 200 && status <= 599
}

/** Whether an answer tells a failure. Retry libraries are told so by the app, and for whichever status it likes. */
export function isFailure({ value }: Outcome): boolean {
  const { status } = (value ?? {}) as Partial<Answer>
  return status !== undefined && status >= 400
}

/** How long an answer asks to wait, in milliseconds. A time of day has passed by the time of a replay. */
export function retryAfterMs({ value }: Outcome): number | undefined {
  const { headers = {} } = (value ?? {}) as Partial<Answer>
  const ms = Number(headers['retry-after-ms'] ?? Number.NaN)
  const seconds = Number(headers['retry-after'] ?? Number.NaN)
  const asked = [ms, seconds * 1_000].find((wait) => wait > 0)
  return Number.isFinite(asked) ? asked : undefined
}
