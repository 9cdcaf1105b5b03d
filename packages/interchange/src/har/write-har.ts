import { Buffer } from 'node:buffer'
import { decodeText, type SessionData } from '@retake/format'
import { type Exchange, type Header, headerOf } from '../exchange/exchange.ts'
import { fromSession } from '../exchange/from-session.ts'
import { inboundExchange } from '../exchange/inbound.ts'
import type { Exported } from '../exported.ts'
import type { Har, HarEntry, HarPair, HarPostData } from './har-types.ts'

/** Writes the HTTP requests of a session, and the one that made it, as HAR 1.2. */
export function writeHar(data: SessionData): Exported {
  const { exchanges, notes } = fromSession(data)
  const inbound = inboundExchange(data.session)
  const all = inbound === undefined ? exchanges : [inbound, ...exchanges]
  const har: Har = {
    log: {
      version: '1.2',
      creator: { name: 'retake', version: '1' },
      entries: all.map(toEntry),
    },
  }
  const made = inbound && 'the request of the session has a made-up origin, as none is recorded'
  return {
    text: `${JSON.stringify(har, null, 2)}\n`,
    count: all.length,
    notes: made === undefined ? notes : [...notes, made],
  }
}

function toEntry(exchange: Exchange): HarEntry {
  const { method, url, status, statusText, startedAt, ms = 0, headMs = ms } = exchange
  const { requestHeaders, responseHeaders, requestBody, responseBody } = exchange
  const postData = requestBody && toPostData(requestBody, requestHeaders)
  return {
    startedDateTime: startedAt ?? new Date(0).toISOString(),
    time: ms,
    request: {
      method,
      url,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: requestHeaders.map(toPair),
      queryString: [...new URL(url).searchParams].map(toPair),
      ...(postData && { postData }),
      headersSize: -1,
      bodySize: requestBody?.length ?? 0,
    },
    response: {
      status,
      statusText,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: responseHeaders.map(toPair),
      content: toContent(responseBody, responseHeaders),
      redirectURL: '',
      headersSize: -1,
      bodySize: responseBody?.length ?? 0,
    },
    cache: {},
    timings: { send: 0, wait: headMs, receive: Math.max(0, ms - headMs) },
    ...(exchange.redirectedTo !== undefined && { _redirectedTo: exchange.redirectedTo }),
    ...(exchange.isInbound && { _inbound: true as const }),
  }
}

function toPair([name, value]: Header): HarPair {
  return { name, value }
}

function toPostData(body: Uint8Array, headers: readonly Header[]): HarPostData {
  const mimeType = headerOf(headers, 'content-type') ?? ''
  const text = decodeText(body)
  return text === undefined
    ? { mimeType, text: toBase64(body), _encoding: 'base64' }
    : { mimeType, text }
}

function toContent(
  body: Uint8Array | undefined,
  headers: readonly Header[],
): HarEntry['response']['content'] {
  const mimeType = headerOf(headers, 'content-type') ?? ''
  if (body === undefined) return { size: 0, mimeType }
  const text = decodeText(body)
  return text === undefined
    ? { size: body.length, mimeType, text: toBase64(body), encoding: 'base64' }
    : { size: body.length, mimeType, text }
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
