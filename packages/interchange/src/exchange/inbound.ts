import {
  decodeText,
  type Encoded,
  type InboundRequest,
  isJsonType,
  type OutboundResponse,
  type SessionRecord,
} from '@retake/format'
import { toBytes } from './text-bytes.ts'
import { type Exchange, type Header, headerOf } from './exchange.ts'
import type { ImportRedactor } from './import-options.ts'
import { fromStored, toStored, whyNotStored } from './stored-value.ts'

// The recorded request says no origin, and a format may want one.
const MADE_UP_ORIGIN = 'http://localhost'

/** The request that made a session, with its answer, as an exchange; `undefined` when none made it. */
export function inboundExchange({
  request,
  response,
  startedAt,
}: SessionRecord): Exchange | undefined {
  if (request === undefined) return undefined
  const requestBody = writeStored(request.body)
  const responseBody = writeStored(response?.body)
  return {
    label: 'the request of the session',
    method: request.method,
    url: `${MADE_UP_ORIGIN}${request.url.startsWith('/') ? '' : '/'}${request.url}`,
    requestHeaders: Object.entries(request.headers),
    ...(requestBody && { requestBody }),
    status: response?.status ?? 0,
    statusText: '',
    responseHeaders: Object.entries(response?.headers ?? {}),
    ...(responseBody && { responseBody }),
    startedAt,
    isInbound: true,
  }
}

/** The records of a session for the request that made it. Only headers of the allow-list are kept. */
export function inboundRecords(
  exchange: Exchange,
  redactor: ImportRedactor,
): Pick<SessionRecord, 'request' | 'response'> {
  const { method, status, requestHeaders, responseHeaders, requestBody, responseBody } = exchange
  const { pathname, search } = new URL(exchange.url)
  const stored = (body: Uint8Array | undefined, headers: readonly Header[]) => {
    const value = body && readStored(body, headerOf(headers, 'content-type') ?? '')
    return value === undefined ? {} : { body: redactor.value(value).value }
  }
  const request: InboundRequest = {
    method,
    url: redactor.url(`${pathname}${search}`),
    headers: redactor.headers(requestHeaders),
    ...stored(requestBody, requestHeaders),
  }
  if (status === 0) return { request }
  const response: OutboundResponse = {
    status,
    headers: redactor.headers(responseHeaders),
    ...stored(responseBody, responseHeaders),
  }
  return { request, response }
}

function writeStored(body: Encoded | undefined): Uint8Array | undefined {
  if (body === undefined) return undefined
  const value = fromStored(body)
  if (value instanceof Uint8Array) return value
  return toBytes(typeof value === 'string' ? value : JSON.stringify(value ?? null))
}

function readStored(body: Uint8Array, contentType: string): Encoded | undefined {
  if (body.length === 0) return undefined
  const text = decodeText(body)
  if (text === undefined) return toStored(body)
  if (!isJsonType(contentType)) return text
  try {
    const value: unknown = JSON.parse(text)
    return whyNotStored(value) === undefined ? toStored(value) : text
  } catch {
    return text
  }
}
