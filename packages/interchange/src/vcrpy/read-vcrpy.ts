import { Buffer } from 'node:buffer'
import { toBytes } from '../exchange/text-bytes.ts'
import { decompress } from '../exchange/content-encoding.ts'
import {
  type Exchange,
  type Exchanges,
  hasNoBody,
  type Header,
  headerOf,
} from '../exchange/exchange.ts'
import { readExchanges } from '../exchange/read-exchanges.ts'
import { NO_REQUEST, readMethod, readUrl } from '../exchange/read-request-line.ts'
import { createReader, type Reader } from '../read/reader.ts'
import { parseYaml } from '../read/yaml.ts'

const TOO_LARGE = 'its answer becomes too large when it is decompressed'

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
  const requestBody = readBody(request.field('body'))
  const responseHeaders = readHeaders(response.field('headers'))
  const hasBody = !hasNoBody(method, status)
  return {
    label: interaction.where,
    method,
    url,
    requestHeaders: readHeaders(request.field('headers')),
    // The stubs of httpx write an empty text where there was no body.
    ...(requestBody && requestBody.length > 0 && { requestBody }),
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
  const content = response.field('content')
  const body = readBody(content.isThere ? content : response.field('body')) ?? new Uint8Array()
  let withheld: string | undefined
  const responseBody = decompress(body, headerOf(headers, 'content-encoding'), () => {
    withheld = TOO_LARGE
  })
  return { responseBody, ...(withheld !== undefined && { withheld }) }
}

function readHeaders(headers: Reader): readonly Header[] {
  if (!headers.isThere) return []
  return headers.fields().flatMap(([name, values]): Header[] => {
    if (!values.isThere) return []
    const all = Array.isArray(values.value) ? values.items() : [values]
    return all.map((value) => [name, Buffer.from(readScalar(value)).toString()])
  })
}

// A body is a text, bytes, or an object that holds one of them.
function readBody(body: Reader): Uint8Array | undefined {
  if (!body.isThere) return undefined
  const { value } = body
  if (typeof value !== 'object' || value instanceof Uint8Array) return readScalar(body)
  const base64 = body.field('base64_string')
  if (base64.isThere) {
    return new Uint8Array(Buffer.from(Buffer.from(readScalar(base64)).toString(), 'base64'))
  }
  const string = body.field('string')
  return string.isThere ? readScalar(string) : undefined
}

function readScalar(scalar: Reader): Uint8Array {
  const { value } = scalar
  return value instanceof Uint8Array ? new Uint8Array(value) : toBytes(scalar.text())
}
