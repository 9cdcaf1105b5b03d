import { isPath } from './request-target.ts'
import {
  decode,
  RetakeError,
  type Encoded,
  type InboundRequest,
  type SessionData,
} from '@retake/format'

/** A recorded request, as it can be sent again. */
export interface ResendableRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  /** Those that were recorded, names in lower case. Credentials are not among them. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
  /** Redaction has taken something out of it: what is sent is not just what came. */
  readonly isRedacted: boolean
}

// What belongs to the connection that it came by, or to the form in which its body came.
const NOT_SENT = new Set(
  'accept-encoding connection content-encoding content-length host keep-alive transfer-encoding'.split(
    ' ',
  ),
)
const CONTROL =
  /^(?:x-replay|x-session|x-forwarded|forwarded$|via$|x-real-ip$|authorization$|cookie$|proxy-|sec-|upgrade$|te$|trailer$|expect$|origin$)/
const PLACEHOLDER = /«[a-z-]+:\d+»|\(withheld\)/i

/**
 * The request that made a session, ready to be sent again.
 *
 * @throws {RetakeError} `REQUEST_NOT_RECORDED` when no request made the session, or its body was not recorded.
 */
export function resendableRequest({
  session: { id, request },
  end,
}: Pick<SessionData, 'session' | 'end'>): ResendableRequest {
  if (request === undefined) {
    throw notRecorded(
      id,
      'it was not made by an HTTP request. Replay it in code, with retake.replay',
    )
  }
  const { method, url, bodyWithheld } = request
  if (!isPath(url)) {
    throw notRecorded(id, `it was made to ${JSON.stringify(url)}, which is no path of a server`)
  }
  if (!isMethod(method)) throw notRecorded(id, `its method is ${JSON.stringify(method)}`)
  if (bodyWithheld !== undefined) {
    throw notRecorded(id, `the body of its request was not recorded: ${bodyWithheld}`)
  }
  if (end === undefined && lacksBody(request)) {
    throw notRecorded(
      id,
      'its process died, or works on it still, and the body of its request is not on record',
    )
  }
  const body = bodyOf(id, request)
  const kept = Object.entries(request.headers).filter(isSent)
  return {
    method,
    url,
    headers: Object.fromEntries(kept),
    ...(body !== undefined && { body }),
    isRedacted: PLACEHOLDER.test(`${url} ${JSON.stringify(request.body ?? '')}`),
  }
}

// What `fetch` sends.
function isMethod(method: string): boolean {
  return /^[!#$%&'*+.^_`|~\w-]+$/.test(method) && !/^(?:connect|trace|track)$/i.test(method)
}

// A recording says what was asked, and neither who asks now nor what is to be done with it.
function isSent([name, value]: readonly [string, string]): boolean {
  if (NOT_SENT.has(name) || CONTROL.test(name)) return false
  try {
    return new Headers([[name, value]]).has(name)
  } catch {
    return false
  }
}

// What has a type has a body, as a rule; one that was empty is told by the end of the session.
function lacksBody({ headers, body }: InboundRequest): boolean {
  return body === undefined && headers['content-type'] !== undefined
}

function bodyOf(id: string, { headers, body }: InboundRequest): ResendableRequest['body'] {
  if (body === undefined) return undefined
  const type = headers['content-type'] ?? ''
  const value = decode(body)
  if (/\bjson\b/i.test(type)) return JSON.stringify(value)
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return new Uint8Array(value)
  if (/^application\/x-www-form-urlencoded/i.test(type)) return toForm(value)
  if (/^multipart\//i.test(type)) {
    throw notRecorded(
      id,
      'the body of its request is multipart, of which only the fields were recorded',
    )
  }
  return JSON.stringify(value)
}

function toForm(fields: unknown): string {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(fields as Record<string, Encoded>)) {
    for (const one of Array.isArray(value) ? value : [value]) form.append(name, String(one))
  }
  return form.toString()
}

function notRecorded(session: string, why: string): RetakeError {
  return new RetakeError(
    'REQUEST_NOT_RECORDED',
    `The request of session ${session} cannot be sent again: ${why}.`,
    { session },
  )
}
