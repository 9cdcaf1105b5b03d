import { decodeText, type SessionData } from '@retake/format'
import { stringify } from 'yaml'
import type { Exchange, Header } from '../exchange/exchange.ts'
import { fromSession } from '../exchange/from-session.ts'
import type { Exported } from '../exported.ts'

type Headers = Readonly<Record<string, readonly string[]>>
type Body = string | Uint8Array

interface Interaction {
  readonly request: {
    readonly body: Body | null
    readonly headers: Headers
    readonly method: string
    readonly uri: string
  }
  readonly response: {
    readonly body: { readonly string: Body }
    readonly headers: Headers
    readonly status: { readonly code: number; readonly message: string }
    /** Where the answer came from in the end, as the stubs of aiohttp write it. */
    readonly url?: string
  }
}

// What PyYAML refuses in a text, or takes for the end of a line.
const UNFIT =
  /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udfff](?<![\ud800-\udbff][\udc00-\udfff])(?![\udc00-\udfff])/

/** Writes the HTTP requests of a session as a cassette of vcrpy, version 1. */
export function writeVcrpy(data: SessionData): Exported {
  const { exchanges, notes } = fromSession(data)
  const cassette = { interactions: exchanges.map(toInteraction), version: 1 }
  return {
    text: stringify(cassette, {
      schema: 'core',
      // Python reads YAML 1.1, in which more words than `true` are no texts.
      compat: 'yaml-1.1',
      customTags: ['binary'],
      aliasDuplicateObjects: false,
      lineWidth: 0,
      defaultStringType: 'QUOTE_DOUBLE',
      defaultKeyType: 'PLAIN',
    }),
    count: exchanges.length,
    notes: [
      ...notes,
      ...(data.session.request
        ? ['the request of the session left out: vcrpy holds what was asked of others']
        : []),
      ...(exchanges.length > 0
        ? ['times and durations left out: vcrpy has no place for them']
        : []),
    ],
  }
}

function toInteraction(exchange: Exchange): Interaction {
  const { method, url, requestHeaders, requestBody, redirectedTo } = exchange
  const { status, statusText, responseHeaders, responseBody } = exchange
  return {
    request: {
      body: requestBody ? toBody(requestBody) : null,
      headers: toHeaders(requestHeaders),
      method,
      uri: url,
    },
    response: {
      body: { string: responseBody ? toBody(responseBody) : '' },
      headers: toHeaders(responseHeaders),
      status: { code: status, message: statusText },
      ...(redirectedTo !== undefined && { url: redirectedTo }),
    },
  }
}

function toBody(bytes: Uint8Array): Body {
  const text = decodeText(bytes)
  return text === undefined || UNFIT.test(text) ? bytes : text
}

function toHeaders(headers: readonly Header[]): Headers {
  const lists = Object.groupBy(headers, ([name]) => name)
  return Object.fromEntries(
    Object.entries(lists).map(([name, same = []]) => [name, same.map(([, value]) => value)]),
  )
}
