import type { HttpRequest } from '@retake/core/http'
import type { Request } from 'express'

/** What core wants to know of a request. */
export function toHttpRequest(request: Request): HttpRequest {
  const { method, headers, socket } = request
  return {
    method,
    // Express shortens `url` below a mounted router.
    url: request.originalUrl,
    header: (name) => headers[name.toLowerCase()],
    headers: () => headers,
    peer: socket.remoteAddress,
  }
}

/** Whether the request announces a body. */
export function hasBody({ headers }: Request): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}
