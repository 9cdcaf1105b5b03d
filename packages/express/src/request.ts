import type { HeaderValue } from '@retake/core/adapter'
import type { HttpRequest } from '@retake/http'
import type { Request } from 'express'

/** What core wants to know of a request. */
export function toHttpRequest(request: Request): HttpRequest {
  return new ExpressRequest(request)
}

// Most of it is asked for when the request is stored, which most requests never are.
class ExpressRequest implements HttpRequest {
  readonly method: string
  readonly url: string
  readonly #request: Request

  constructor(request: Request) {
    this.method = request.method
    // Express shortens `url` below a mounted router.
    this.url = request.originalUrl
    this.#request = request
  }

  get peer(): string | undefined {
    return this.#request.socket.remoteAddress
  }

  header(name: string): HeaderValue {
    return this.#request.headers[name.toLowerCase()]
  }

  headers(): Request['headers'] {
    return this.#request.headers
  }
}

/** Whether the request announces a body. */
export function hasBody({ headers }: Request): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}
