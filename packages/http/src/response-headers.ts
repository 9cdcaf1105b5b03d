import type { Exchange } from './exchange.ts'
import { exposeHeaders, HEADER } from './headers.ts'

/**
 * Sets the headers of an exchange on its response, in place where that can be done.
 *
 * @returns the response, or a copy of it that takes its place.
 */
export function withHeaders(exchange: Exchange, response: Response, status: string): Response {
  // Nothing can be added to a switch of protocols (101), nor to a network error (0).
  if (response.status < 200) return response
  // One that went through here before may be shared by requests, each of which needs its own id.
  if (response.headers.has(HEADER.session)) return setHeaders(exchange, copyOf(response), status)
  try {
    return setHeaders(exchange, response, status)
  } catch {
    // The headers of what `fetch` gave cannot be changed.
    return setHeaders(exchange, copyOf(response), status)
  }
}

/** Copies what lets a page of another origin read a response. */
export function copyCors(from: Response, to: Response): void {
  for (const [name, value] of from.headers) {
    if (name === 'vary' || name.startsWith('access-control-')) to.headers.set(name, value)
  }
}

function setHeaders(
  { headers, exposed, isReplay }: Exchange,
  response: Response,
  status: string,
): Response {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  if (isReplay) response.headers.set(HEADER.replayStatus, status)
  if (response.headers.has('access-control-allow-origin')) {
    const name = 'access-control-expose-headers'
    response.headers.set(name, exposeHeaders(response.headers.get(name), exposed))
  }
  return response
}

function copyOf(response: Response): Response {
  return new Response(response.body, response)
}
