import type { HeaderValue } from '@retake/core/adapter'
import type { HttpRequest } from '../src/stored-request.ts'

/** An id of a session that a request can name. */
export const ID = 'session-of-somebody-1234'

/** What a test says of a request. The rest is as in `request`. */
export interface Told extends Partial<Omit<HttpRequest, 'header' | 'headers'>> {
  readonly headers?: Readonly<Record<string, HeaderValue>>
}

/** A request of a caller on this machine, unless it is told otherwise. */
export function request({ headers = {}, ...told }: Told = {}): HttpRequest {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return {
    method: 'POST',
    url: '/grade',
    peer: '127.0.0.1',
    header: (name) => lower.get(name.toLowerCase()),
    headers: () => [...lower].map(([name, value]) => [name, String(value)] as const),
    ...told,
  }
}
