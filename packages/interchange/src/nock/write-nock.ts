import { isDeepStrictEqual } from 'node:util'
import type { SessionData } from '@retake/format'
import { type Exchange, headerOf } from '../exchange/exchange.ts'
import { fromSession } from '../exchange/from-session.ts'
import { readBody as readRecorded } from '../exchange/request-body.ts'
import type { Exported } from '../exported.ts'
import { createReader } from '../read/reader.ts'
import { readBody, writeBody } from './body.ts'

/** One request with its answer, as `nock.recorder` writes it and `nock.define` reads it. */
interface Definition {
  readonly scope: string
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly status: number
  readonly response: unknown
  readonly rawHeaders: readonly string[]
  readonly responseIsBinary: boolean
}

/** Writes the HTTP requests of a session for `nock.define`. */
export function writeNock(data: SessionData): Exported {
  const { exchanges, notes } = fromSession(data)
  const definitions = exchanges.map(toDefinition)
  const lost = exchanges.flatMap((exchange, index) => {
    const body = definitions[index]?.body
    return [
      ...(exchange.redirectedTo === undefined
        ? []
        : [`${exchange.label} was redirected: nock does not tell where to`]),
      ...(isReadAsAnother(exchange, body)
        ? [`${exchange.label} sends a body that is another one when nock's is read`]
        : []),
    ]
  })
  return {
    text: `${JSON.stringify(definitions, null, 2)}\n`,
    count: exchanges.length,
    notes: [
      ...notes,
      ...lost,
      ...(data.session.request
        ? ['the request of the session left out: nock answers what is asked of others']
        : []),
      ...(exchanges.length > 0
        ? ['times, durations and status texts left out: nock has no place for them']
        : []),
    ],
  }
}

// Nock does not tell bytes from text, nor text that reads like JSON from JSON.
function isReadAsAnother({ requestBody, requestHeaders }: Exchange, written: unknown): boolean {
  if (requestBody === undefined) return false
  const type = headerOf(requestHeaders, 'content-type') ?? ''
  const again = readBody(createReader('nock', written), '')
  return !isDeepStrictEqual(readRecorded(requestBody, type), readRecorded(again, ''))
}

function toDefinition(exchange: Exchange): Definition {
  const { method, status, requestBody, responseHeaders, responseBody } = exchange
  const { origin, pathname, search, protocol, port } = new URL(exchange.url)
  // Nock always says which port.
  const scope = port === '' ? `${origin}:${protocol === 'https:' ? 443 : 80}` : origin
  const response = writeBody(
    responseBody ?? new Uint8Array(),
    headerOf(responseHeaders, 'content-type') ?? '',
  )
  return {
    scope,
    method,
    path: `${pathname}${search}`,
    body: requestBody ? writeBody(requestBody, '').value : '',
    status,
    response: response.value,
    rawHeaders: responseHeaders.flat(),
    responseIsBinary: response.isBinary,
  }
}
