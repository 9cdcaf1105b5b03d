import { decodeText, encode, type OutboundResponse } from '@retake/format'
import { hasInexactNumber } from './answer/parse-exactly.ts'
import type { HeaderSource } from '@retake/redact'
import { MAX_BODY_BYTES, parseBody, TOO_LARGE } from './stored-request.ts'
import type { Config } from '@retake/core/host'

/** What was sent to a client. */
export interface SentResponse {
  readonly status: number
  readonly headers: HeaderSource
  /** Without the encoding that it was sent in. Absent when there was none. */
  readonly body?: string | Uint8Array
  /** Which host was asked, such as `localhost:3000`: asked for where the answer leads to a whole URL. */
  readonly host?: () => string | undefined
  /** It answers HEAD, and has no body for that. */
  readonly isHead?: boolean
  /** The server broke it off before it came to its end. */
  readonly isBroken?: boolean
  /** Why there is no body although one was sent. */
  readonly withheld?: string | undefined
}

/** An answer in the form in which it is compared: redacted, and whole whatever is stored of it. */
export function redactedResponse(
  { redactor }: Config,
  { status, headers, body, withheld, host }: SentResponse,
): OutboundResponse {
  const stored = ownPath(redactor.headers(headers), host)
  const bare = { status, headers: stored }
  if (withheld !== undefined) return { ...bare, bodyWithheld: withheld }
  if (body === undefined || body.length === 0) return bare
  if (body.length > MAX_BODY_BYTES) return { ...bare, bodyWithheld: TOO_LARGE }
  const parsed = encode(parseAnswer(body, stored['content-type'] ?? ''))
  return { ...bare, body: redactor.value(parsed).value }
}

/** What is stored of an answer. */
export function storedResponse({ capture }: Config, answer: OutboundResponse): OutboundResponse {
  const { body, ...bare } = answer
  if (body === undefined) return answer
  const { outcome } = capture.outcome('http', { value: body })
  return outcome?.value === body
    ? answer
    : { ...bare, ...(outcome?.value !== undefined && { body: outcome.value }) }
}

// The same server may have another address when the session is replayed.
function ownPath(
  headers: Readonly<Record<string, string>>,
  host: SentResponse['host'],
): Readonly<Record<string, string>> {
  const [origin = '', , address] = ORIGIN.exec(headers.location ?? '') ?? []
  if (address === undefined || address.toLowerCase() !== host?.()?.toLowerCase()) return headers
  const path = headers.location?.slice(origin.length) ?? ''
  return { ...headers, location: path.startsWith('/') ? path : `/${path}` }
}

const ORIGIN = /^(https?:)?\/\/([^/?#]+)/i

// As text where its numbers would lose digits, and so be the same as others.
function parseAnswer(body: string | Uint8Array, contentType: string): unknown {
  if (!/\bjson\b/i.test(contentType)) return parseBody(body, contentType)
  const text = typeof body === 'string' ? body : decodeText(body)
  if (text === undefined) return body
  return hasInexactNumber(text) ? text : parseBody(text, contentType)
}
