import {
  type Exchange,
  type Exchanges,
  hasNoBody,
  type Header,
  headerOf,
} from '../exchange/exchange.ts'
import { isCompressedAs, plainBody } from '../exchange/plain-body.ts'
import { readExchanges } from '../exchange/read-exchanges.ts'
import { NO_REQUEST, readMethod, readUrl } from '../exchange/read-request-line.ts'
import { parseJson } from '../read/json.ts'
import { createReader, type Reader } from '../read/reader.ts'
import { readBody, readChunks } from './body.ts'

const AS_REQUEST = 'application/json'

/**
 * Reads what `nock.recorder` writes with `output_objects`, of any of its versions.
 *
 * @throws {ReplayInvalidSessionError} for text that is no such recording.
 */
export function readNock(text: string): Exchanges {
  const definitions = createReader('nock', parseJson(text, 'nock'), 'recording').items()
  return readExchanges(definitions, readDefinition)
}

function readDefinition(definition: Reader): Exchange | string {
  const scope = definition.field('scope')
  const path = definition.field('path')
  const method = readMethod(definition.field('method'))
  const url = readUrl(scope, `${scope.text()}${path.text()}`)
  if (url === undefined) return NO_REQUEST
  const status = definition.field('status').integer(200, 599)
  const requestHeaders = readHeaders(definition.field('reqheaders'))
  const responseHeaders = readHeaders(
    definition.field(definition.field('rawHeaders').isThere ? 'rawHeaders' : 'headers'),
  )
  return {
    label: definition.where,
    method,
    url,
    ...readRequest(definition.field('body'), requestHeaders),
    status,
    statusText: '',
    responseHeaders,
    ...(hasNoBody(method, status) ? {} : readAnswer(definition, responseHeaders)),
  }
}

function readRequest(
  body: Reader,
  headers: readonly Header[],
): Pick<Exchange, 'requestHeaders' | 'requestBody'> {
  const type = headerOf(headers, 'content-type')
  const requestBody = readBody(body, type ?? '')
  if (requestBody.length === 0) return { requestHeaders: headers }
  // Headers of requests are recorded on demand only.
  const isValue = type === undefined && typeof body.value !== 'string'
  return {
    requestHeaders: isValue ? [...headers, ['content-type', AS_REQUEST]] : headers,
    requestBody,
  }
}

function readAnswer(
  definition: Reader,
  headers: readonly Header[],
): Pick<Exchange, 'responseBody' | 'withheld'> {
  const response = definition.field('response')
  const isEncoded = headerOf(headers, 'content-encoding') !== undefined
  const chunks = isEncoded ? readChunks(response.value) : undefined
  // An answer of JSON may be a list of such texts.
  if (chunks && isCompressedAs(chunks, headers)) return plainBody(chunks, headers)
  const isBinary = definition.field('responseIsBinary').value
  const known = typeof isBinary === 'boolean' ? isBinary : undefined
  const body = readBody(response, headerOf(headers, 'content-type') ?? '', known)
  return isEncoded ? plainBody(body, headers) : { responseBody: body }
}

// Raw ones are a list in which names and values take turns; older and newer ones are an object.
function readHeaders(headers: Reader): readonly Header[] {
  if (!headers.isThere) return []
  if (!Array.isArray(headers.value)) {
    return headers.fields().flatMap(([name, values]): Header[] => {
      if (!values.isThere) return []
      const all = Array.isArray(values.value) ? values.items() : [values]
      return all.map((value) => [name, value.text()])
    })
  }
  const items = headers.items()
  if (items.length % 2 === 1) throw headers.wrong('must hold names and values in turn')
  return items.flatMap((name, index): Header[] =>
    index % 2 === 0 ? [[name.text(), items[index + 1]?.text() ?? '']] : [],
  )
}
