import type { Encoded, Outcome } from '@retake/format'
import { type Exchange, headerOf } from './exchange.ts'
import type { ImportOptions } from './import-options.ts'
import { recordedHeaders, toHeaders } from './recorded-headers.ts'
import { readBody } from './request-body.ts'
import { toParts } from './response-parts.ts'
import { holdsWithheld, toStored, whyNotStored } from './stored-value.ts'

/** What of an exchange is recorded, redacted, before it has a place and a number. */
export interface Draft {
  readonly name: string
  readonly request: Encoded
  readonly head: Encoded
  readonly parts?: readonly Encoded[]
  readonly isRedacted: boolean
  readonly withheld: string | undefined
}

/** An exchange as it is recorded. */
export function draftOf(
  exchange: Exchange,
  { redactor, countedHeaders = [] }: ImportOptions,
): Draft {
  const { method, status, statusText, responseHeaders, responseBody, redirectedTo } = exchange
  const url = new URL(exchange.url)
  const target = url.hash === '' ? url.href : url.href.slice(0, -url.hash.length)
  const body = bodyOf(exchange)
  const doubt = whyNotStored(body)
  const counted = countedOf(exchange, countedHeaders)
  const request = redactor.value(
    toStored({
      method,
      url: target,
      ...(counted && { headers: counted }),
      ...(body === undefined || doubt !== undefined ? {} : { body }),
    }),
  )
  const head = toStored({
    status,
    statusText: statusText.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, ''),
    headers: recordedHeaders(responseHeaders),
    url: redirectedTo ?? target,
    redirected: redirectedTo !== undefined,
  })
  const parts =
    responseBody && toParts(responseBody, headerOf(responseHeaders, 'content-type') ?? '')
  const outcome = redactor.outcome({
    value: head,
    ...(parts && { stream: { parts, end: 'complete' as const } }),
  })
  return {
    name: redactor.name(`${method} ${url.origin}${url.pathname}`),
    request: request.value,
    head: outcome.value.value ?? head,
    ...(outcome.value.stream && { parts: outcome.value.stream.parts }),
    isRedacted: outcome.changed,
    withheld:
      exchange.withheld ??
      exchange.withheldRequest ??
      (doubt && `the body of its request was left out, since ${doubt}`) ??
      lostByRedaction(request.value, outcome.value),
  }
}

// What redaction could not search to its end was left out.
function lostByRedaction(request: Encoded, { value, stream }: Outcome): string | undefined {
  const isLost = [request, value, stream?.parts].some(holdsWithheld)
  return isLost ? 'a part of it could not be searched for secrets' : undefined
}

function bodyOf({ requestHeaders, requestBody }: Exchange): unknown {
  if (requestBody === undefined) return undefined
  return readBody(requestBody, headerOf(requestHeaders, 'content-type') ?? '')
}

function countedOf(
  { requestHeaders }: Exchange,
  names: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const all = toHeaders(requestHeaders)
  const counted = names.flatMap((name) => {
    const value = all.get(name)
    return value === null ? [] : [[name.toLowerCase(), value] as const]
  })
  return counted.length === 0 ? undefined : Object.fromEntries(counted)
}
