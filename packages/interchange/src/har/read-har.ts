import {
  type Exchange,
  type Exchanges,
  hasNoBody,
  type Header,
  headerOf,
} from '../exchange/exchange.ts'
import { requestBodyOf } from '../exchange/file-body.ts'
import { readExchanges } from '../exchange/read-exchanges.ts'
import { NO_REQUEST, readMethod, readUrl } from '../exchange/read-request-line.ts'
import { parseJson } from '../read/json.ts'
import { createReader, type Reader } from '../read/reader.ts'
import { readContent, readPostData } from './read-body.ts'

/**
 * Reads HAR 1.2, as browsers, Playwright and proxies write it.
 *
 * @throws {ReplayInvalidSessionError} for text that is not HAR.
 */
export function readHar(text: string): Exchanges {
  const root = createReader('har', parseJson(text, 'har'))
  const log = root.field('log')
  const entries = log.field('entries').items()
  const creator = log.field('creator')
  const isOurs = creator.isThere && creator.field('name').value === 'retake'
  return readExchanges(entries, (entry) => {
    const exchange = readEntry(entry, isOurs)
    return isOurs && typeof exchange === 'object' ? { ...exchange, isWhole: true } : exchange
  })
}

// The exchange, or why there is none.
function readEntry(entry: Reader, isOurs: boolean): Exchange | string {
  const request = entry.field('request')
  const response = entry.field('response')
  const requestHeaders = readHeaders(request.field('headers'))
  const method = readMethod(request.field('method'))
  const isInbound = entry.field('_inbound').value === true
  const url = readUrl(request.field('url'))
  // Playwright writes -1 for a request that was given up.
  const status = response.field('status').integer(-1, 599)
  if (url === undefined) return NO_REQUEST
  if (status <= 0 && !isInbound) return 'it has no answer'
  if (status > 0 && status < 200) return `an answer of status ${status} is no answer yet`
  if (method === 'OPTIONS' && headerOf(requestHeaders, 'access-control-request-method')) {
    return 'only browsers ask before they ask (CORS preflight)'
  }
  const redirectedTo = entry.field('_redirectedTo').textOr(undefined)
  return {
    label: entry.where,
    method,
    url,
    ...readRequest(request, requestHeaders),
    ...readResponse(response, method, isOurs),
    ...(redirectedTo !== undefined && { redirectedTo }),
    ...readTimes(entry),
    ...(isInbound && { isInbound: true as const }),
  }
}

function readRequest(
  request: Reader,
  headers: readonly Header[],
): Pick<Exchange, 'requestHeaders' | 'requestBody' | 'withheldRequest'> {
  const { body, contentType } = readPostData(request, headers) ?? {}
  const others = headers.filter(([name]) => name.toLowerCase() !== 'content-type')
  return {
    requestHeaders:
      contentType === undefined
        ? withType(headers, request.field('postData'))
        : [...others, ['content-type', contentType]],
    ...requestBodyOf(body),
  }
}

type Answer = Pick<
  Exchange,
  'status' | 'statusText' | 'responseHeaders' | 'responseBody' | 'withheld'
>

function readResponse(response: Reader, method: string, isOurs: boolean): Answer {
  const content = response.field('content')
  const responseHeaders = withType(readHeaders(response.field('headers')), content)
  const told = response.field('status').integer(-1, 599)
  // What a browser has asked for again and found unchanged, the page got from its cache, whole.
  const isCached = told === 304 && !isOurs && hasContent(content)
  const status = isCached ? 200 : Math.max(told, 0)
  return {
    status,
    statusText: isCached ? 'OK' : response.field('statusText').textOr(''),
    responseHeaders,
    ...(!hasNoBody(method, status) && readContent(response, responseHeaders)),
  }
}

function hasContent(content: Reader): boolean {
  if (!content.isThere) return false
  return content.field('text').textOr('') !== '' || (content.field('size').amount() ?? 0) > 0
}

function readHeaders(headers: Reader): readonly Header[] {
  if (!headers.isThere) return []
  return headers.items().map((pair) => [pair.field('name').text(), pair.field('value').textOr('')])
}

// Where the headers were left out of a file, the type of a body is still there.
function withType(headers: readonly Header[], body: Reader): readonly Header[] {
  if (!body.isThere || headerOf(headers, 'content-type') !== undefined) return headers
  const type = body.field('mimeType').textOr('')
  // What some write for a type that they do not know.
  return type === '' || type === 'x-unknown' ? headers : [...headers, ['content-type', type]]
}

function readTimes(entry: Reader): Pick<Exchange, 'startedAt' | 'ms' | 'headMs'> {
  const started = entry.field('startedDateTime')
  const startedMs = Date.parse(started.text())
  if (Number.isNaN(startedMs)) throw started.wrong('must be a time')
  const ms = entry.field('time').amount()
  const timings = entry.field('timings')
  const receive = timings.isThere ? (timings.field('receive').amount() ?? 0) : 0
  return {
    startedAt: new Date(startedMs).toISOString(),
    ...(ms !== undefined && { ms, headMs: Math.max(0, ms - receive) }),
  }
}
