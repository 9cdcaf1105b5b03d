import { encode, type OutboundResponse } from '@retake/format'
import type { HeaderSource } from '@retake/redact'
import { MAX_BODY_BYTES, parseBody, TOO_LARGE } from './stored-request.ts'
import type { Config } from '@retake/core/host'

/** What was sent to a client. */
export interface SentResponse {
  readonly status: number
  readonly headers: HeaderSource
  /** Without the encoding that it was sent in. Absent when there was none. */
  readonly body?: string | Uint8Array
  /** Why there is no body although one was sent. */
  readonly withheld?: string | undefined
}

/** An answer in the form in which it is stored. */
export function storedResponse(
  config: Config,
  { status, headers, body, withheld }: SentResponse,
): OutboundResponse {
  const stored = config.redactor.headers(headers)
  const bare = { status, headers: stored }
  if (withheld !== undefined) return { ...bare, bodyWithheld: withheld }
  if (body === undefined || body.length === 0) return bare
  if (body.length > MAX_BODY_BYTES) return { ...bare, bodyWithheld: TOO_LARGE }
  const parsed = encode(parseBody(body, stored['content-type'] ?? ''))
  const { outcome } = config.capture.outcome('http', { value: config.redactor.value(parsed).value })
  return { ...bare, ...(outcome?.value !== undefined && { body: outcome.value }) }
}
