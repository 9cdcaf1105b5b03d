import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { exposeHeaders, HEADER, type Exchange } from '@retake/http'

const ORIGIN = 'access-control-allow-origin'
const EXPOSED = 'access-control-expose-headers'
const SESSION = HEADER.session.toLowerCase()

/**
 * Adds the headers of an exchange to those that a head is written with. What the app says in our place
 * is left out: a proxy copies the id of a service further down.
 *
 * @returns the headers to write. Those given are not changed, as they may be shared by responses.
 */
export function setSessionHeaders(
  response: ServerResponse,
  { headers, exposed }: Exchange,
  given: OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined,
): OutgoingHttpHeaders | OutgoingHttpHeader[] {
  // Written by the app itself, past Hono.
  if (Array.isArray(given)) return [...given.flat(), HEADER.session, headers[HEADER.session] ?? '']
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
