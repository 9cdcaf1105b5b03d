import {
  keepsContent,
  type InboundRequest,
  decodeText,
  encode,
  parseExactJson,
} from '@retake/format'
import type { HeaderSource } from '@retake/redact'
import type { HeaderValue } from '@retake/core/adapter'
import type { Config } from '@retake/core/host'

/** The inbound request as an HTTP adapter sees it. */
export interface HttpRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  header(name: string): HeaderValue
  headers(): HeaderSource
  /** Address of the other side; `undefined` when it is not known, `'local'` when there is no network between. */
  readonly peer: string | undefined
}

/** A body in the form in which it is stored, or why it is not. */
export type InboundBody = Pick<InboundRequest, 'body' | 'bodyParsed' | 'bodyWithheld'>

/** More than this of a body is not stored. */
export const MAX_BODY_BYTES = 1_048_576

/** Why a larger body is not stored. */
export const TOO_LARGE: string = `it is larger than ${MAX_BODY_BYTES} bytes`

/** Why the bytes of a body are not stored as they came over the wire. */
export function whyUnreadable(contentEncoding: string | null | undefined): string | undefined {
  // What is compressed cannot be redacted.
  return contentEncoding && contentEncoding !== 'identity' ? 'it is compressed' : undefined
}

/** The request in the form in which it is stored, without its body. */
export function storedRequest(config: Config, request: HttpRequest): InboundRequest | undefined {
  if (!keepsContent(config.capture.level)) return undefined
  return {
    method: request.method,
    url: config.redactor.url(request.url),
    headers: config.redactor.headers(request.headers()),
  }
}

/**
 * What is stored of a body: what it says where it is JSON, else its text, else its bytes. A value that
 * was parsed already is stored as it is.
 */
export function storedBody(config: Config, body: unknown, contentType = ''): InboundBody {
  const raw = isRaw(body)
  if (raw && body.length > MAX_BODY_BYTES) return { bodyWithheld: TOO_LARGE }
  // Its fields are not told apart here, so that a password among them would be stored.
  if (raw && /^multipart\//i.test(contentType)) return { bodyWithheld: 'it is multipart' }
  const { value } = config.redactor.value(encode(raw ? parseBody(body, contentType) : body))
  const stored = config.capture.request('http', value)
  if (stored === undefined) return {}
  return { body: stored, ...(raw ? {} : { bodyParsed: true as const }) }
}

function isRaw(body: unknown): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array
}

/** What a body says where it is JSON, else its text, else its bytes. */
export function parseBody(body: string | Uint8Array, contentType: string): unknown {
  const text = typeof body === 'string' ? body : decodeText(body)
  if (text === undefined) return body
  return /\bjson\b/i.test(contentType) ? parseJson(text) : text
}

function parseJson(text: string): unknown {
  try {
    return parseExactJson(text)
  } catch {
    return text
  }
}
