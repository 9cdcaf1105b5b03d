import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Exchange } from '../exchange.ts'
import { exposeHeaders, HEADER } from '../headers.ts'

/** What `writeHead` takes: a list may repeat a name. */
export type GivenHeaders = OutgoingHttpHeaders | OutgoingHttpHeader[]

const ORIGIN = 'access-control-allow-origin'
const EXPOSED = 'access-control-expose-headers'
const SESSION = HEADER.session.toLowerCase()

/** Sets the headers of an exchange, and shows them to pages of other origins that the app lets in. */
export function setOwnHeaders(response: ServerResponse, { headers, exposed }: Exchange): void {
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined && response.getHeader(name) !== value) response.setHeader(name, value)
  }
  if (!response.hasHeader(ORIGIN)) return
  response.setHeader(EXPOSED, exposeHeaders(response.getHeader(EXPOSED)?.toString(), exposed))
}

/** Sets what is given to `writeHead` as that would itself: it replaces what was set before. */
export function setGivenHeaders(response: ServerResponse, given: GivenHeaders | undefined): void {
  if (given === undefined) return
  if (!Array.isArray(given)) {
    for (const [name, value] of Object.entries(given))
      response.setHeader(name, value as OutgoingHttpHeader)
    return
  }
  const pairs = toPairs(given)
  for (const [name] of pairs) response.removeHeader(name)
  for (const [name, value] of pairs) response.appendHeader(name, value)
}

/**
 * Adds the headers of an exchange that is recorded to those given to `writeHead`, which costs less than to set them. What
 * the app says in our place is left out: a proxy copies the id of a service further down.
 *
 * @returns the headers to write. Those given are not changed, as they may be shared by responses.
 */
export function withOwnHeaders(
  response: ServerResponse,
  { headers, exposed }: Exchange,
  given: OutgoingHttpHeaders,
): OutgoingHttpHeaders {
  const own: OutgoingHttpHeaders = {}
  let isShared = response.hasHeader(ORIGIN)
  let listed = response.getHeader(EXPOSED)
  for (const name in given) {
    const lower = isLongEnough(name) ? name.toLowerCase() : name
    if (lower === SESSION) continue
    isShared ||= lower === ORIGIN
    if (lower === EXPOSED) listed = given[name]
    else own[name] = given[name]
  }
  own[HEADER.session] = headers[HEADER.session]
  if (isShared) own[EXPOSED] = exposeHeaders(listed?.toString(), exposed)
  else if (listed !== undefined) own[EXPOSED] = listed.toString()
  return own
}

// Those that we look for; for the many others a comparison of lengths does.
function isLongEnough({ length }: string): boolean {
  return length === SESSION.length || length === ORIGIN.length || length === EXPOSED.length
}

// Node takes them one after the other, or in pairs.
function toPairs(list: readonly OutgoingHttpHeader[]): readonly (readonly [string, Value])[] {
  const flat: readonly OutgoingHttpHeader[] = list.every((item) => Array.isArray(item))
    ? list.flat()
    : list
  return flat.flatMap((name, index) =>
    index % 2 === 0 ? [[String(name), toValue(flat[index + 1])] as const] : [],
  )
}

type Value = string | string[]

function toValue(value: OutgoingHttpHeader = ''): Value {
  return Array.isArray(value) ? value : String(value)
}
