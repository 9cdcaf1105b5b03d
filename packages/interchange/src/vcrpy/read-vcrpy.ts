import { Buffer } from 'node:buffer'
import { toBytes } from '../exchange/text-bytes.ts'
import { type Exchange, type Exchanges, hasNoBody, type Header } from '../exchange/exchange.ts'
import {
  type FileBody,
  NO_ANSWER_BODY,
  NO_REQUEST_BODY,
  requestBodyOf,
} from '../exchange/file-body.ts'
import { plainBody } from '../exchange/plain-body.ts'
import { readExchanges } from '../exchange/read-exchanges.ts'
import { NO_REQUEST, readMethod, readUrl } from '../exchange/read-request-line.ts'
import { createReader, type Reader } from '../read/reader.ts'
import { parseYaml } from '../read/yaml.ts'

/**
 * Reads a cassette of vcrpy, version 1, as YAML or as JSON.
 *
 * @throws {ReplayInvalidSessionError} for text that is not such a cassette.
 */
export function readVcrpy(text: string): Exchanges {
  const { value, notes } = parseYaml(text, 'vcrpy')
  const root = createReader('vcrpy', value)
  const version = root.field('version')
  if (version.isThere && version.value !== 1) throw version.wrong('must be 1')
  const { exchanges, notes: left } = readExchanges(
    root.field('interactions').items(),
    readInteraction,
  )
  return { exchanges, notes: [...notes, ...left] }
}

function readInteraction(interaction: Reader): Exchange | string {
  const request = interaction.field('request')
  const response = interaction.field('response')
  const method = readMethod(request.field('method'))
  const url = readUrl(request.field('uri'))
  if (url === undefined) return NO_REQUEST
  const { status, statusText } = readStatus(response)
  // The stubs of httpx write an empty text where there was no body.
  const requestBody = readBody(request, NO_REQUEST_BODY)
  const responseHeaders = readHeaders(response.field('headers'))
  const hasBody = !hasNoBody(method, status)
  return {
    label: interaction.where,
    method,
    url,
    requestHeaders: readHeaders(request.field('headers')),
    ...requestBodyOf(requestBody),
    status,
    statusText,
    responseHeaders,
    ...(hasBody && readAnswer(response, responseHeaders)),
    ...readRedirect(response.field('url'), url),
  }
}

// The stubs of aiohttp write where an answer came from in the end.
function readRedirect(final: Reader, url: string): Pick<Exchange, 'redirectedTo'> {
  const text = final.textOr(url)
  const redirectedTo = URL.canParse(text) ? new URL(text).href : url
  return redirectedTo === url ? {} : { redirectedTo }
}

// The stubs of httpx wrote it in a form of their own for some years.
function readStatus(response: Reader): Pick<Exchange, 'status' | 'statusText'> {
  const status = response.field('status')
  if (!status.isThere) {
    return { status: response.field('status_code').integer(200, 599), statusText: '' }
  }
  return {
    status: status.field('code').integer(200, 599),
    statusText: status.field('message').textOr(''),
  }
}

function readAnswer(
  response: Reader,
  headers: readonly Header[],
): Pick<Exchange, 'responseBody' | 'withheld'> {
  const body = readBody(response, NO_ANSWER_BODY) ?? NO_ANSWER_BODY
  return body instanceof Uint8Array ? plainBody(body, headers) : body
}

function readHeaders(headers: Reader): readonly Header[] {
  if (!headers.isThere) return []
  return headers.fields().flatMap(([name, values]): Header[] => {
    if (!values.isThere) return []
    const all = Array.isArray(values.value) ? values.items() : [values]
    return all.map((value) => [name, Buffer.from(readScalar(value)).toString()])
  })
}

// Serializers of one's own, such as that of Pydantic AI, write JSON as its value.
function readBody(message: Reader, unknown: FileBody): FileBody | undefined {
  const parsed = message.field('parsed_body')
  if (parsed.isThere) return toBytes(JSON.stringify(parsed.value))
  const content = message.field('content')
  return readHolder(content.isThere ? content : message.field('body'), unknown)
}

// A body is a text, bytes, or an object that holds one of them. Other objects of Python tell nothing.
function readHolder(body: Reader, unknown: FileBody): FileBody | undefined {
  if (!body.isThere) return undefined
  const { value } = body
  if (Array.isArray(value)) return unknown
  if (typeof value !== 'object' || value instanceof Uint8Array) return readScalar(body)
  const base64 = body.field('base64_string')
  if (base64.isThere) {
    return new Uint8Array(Buffer.from(Buffer.from(readScalar(base64)).toString(), 'base64'))
  }
  const string = body.field('string')
  return string.isThere ? readScalar(string) : unknown
}

function readScalar(scalar: Reader): Uint8Array {
  const { value } = scalar
  return value instanceof Uint8Array ? new Uint8Array(value) : toBytes(scalar.text())
}
