import { Buffer } from 'node:buffer'
import { toBytes } from '../exchange/text-bytes.ts'
import {
  type Exchange,
  type Exchanges,
  hasNoBody,
  type Header,
  headerOf,
} from '../exchange/exchange.ts'
import { readExchanges } from '../exchange/read-exchanges.ts'
import { NO_REQUEST, readMethod, readUrl } from '../exchange/read-request-line.ts'
import { parseJson } from '../read/json.ts'
import { createReader, type Reader } from '../read/reader.ts'

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
    const exchange = readEntry(entry)
    return isOurs && typeof exchange === 'object' ? { ...exchange, isWhole: true } : exchange
  })
}

// The exchange, or why there is none.
function readEntry(entry: Reader): Exchange | string {
  const request = entry.field('request')
  const response = entry.field('response')
  const requestHeaders = readHeaders(request.field('headers'))
  const method = readMethod(request.field('method'))
  const isInbound = entry.field('_inbound').value === true
  const url = readUrl(request.field('url'))
  const status = response.field('status').integer(0, 599)
  if (url === undefined) return NO_REQUEST
  if (status === 0 && !isInbound) return 'it has no answer'
  if (status > 0 && status < 200) return `an answer of status ${status} is no answer yet`
  if (method === 'OPTIONS' && headerOf(requestHeaders, 'access-control-request-method')) {
    return 'only browsers ask before they ask (CORS preflight)'
  }
  const requestBody = readPostData(request.field('postData'))
  const responseHeaders = readHeaders(response.field('headers'))
  const redirectedTo = entry.field('_redirectedTo').textOr(undefined)
  return {
    label: entry.where,
    method,
    url,
    requestHeaders: withType(requestHeaders, request.field('postData')),
    ...(requestBody && requestBody.length > 0 && { requestBody }),
    status,
    statusText: response.field('statusText').textOr(''),
    responseHeaders: withType(responseHeaders, response.field('content')),
    ...readContent(response.field('content'), hasNoBody(method, status)),
    ...(redirectedTo !== undefined && { redirectedTo }),
    ...readTimes(entry),
    ...(isInbound && { isInbound: true as const }),
  }
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

function readPostData(data: Reader): Uint8Array | undefined {
  if (!data.isThere) return undefined
  const text = data.field('text')
  if (text.isThere) {
    return readEncoded(text.text(), data.field('_encoding').value ?? data.field('encoding').value)
  }
  const params = data.field('params')
  if (!params.isThere || params.items().length === 0) return undefined
  const pairs = params
    .items()
    .map((param): [string, string] => [param.field('name').text(), param.field('value').textOr('')])
  return toBytes(new URLSearchParams(pairs).toString())
}

function readContent(
  content: Reader,
  isNone: boolean,
): Pick<Exchange, 'responseBody' | 'withheld'> {
  if (isNone) return {}
  if (!content.isThere) return { responseBody: new Uint8Array() }
  const text = content.field('text')
  if (text.isThere) {
    return { responseBody: readEncoded(text.text(), content.field('encoding').value) }
  }
  const isEmpty = (content.field('size').amount() ?? 0) === 0
  return isEmpty
    ? { responseBody: new Uint8Array() }
    : { responseBody: new Uint8Array(), withheld: 'the file does not hold the body of its answer' }
}

function readEncoded(text: string, encoding: unknown): Uint8Array {
  return encoding === 'base64' ? new Uint8Array(Buffer.from(text, 'base64')) : toBytes(text)
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
