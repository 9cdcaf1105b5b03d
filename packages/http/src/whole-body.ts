import type { Exchange } from './exchange.ts'
import { enterScope } from '@retake/core/adapter'

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i

/**
 * The response, if nothing of the app runs any more while its body is sent; `undefined` if it is a stream.
 *
 * JSON, which nobody reads piece by piece, is read to its end in a replay, so that the verdict in the
 * head is final. What the app produces lazily is a part of its work, and runs in scope.
 */
export async function toWhole(
  { scope, isReplay }: Exchange,
  method: string,
  response: Response,
): Promise<Response | undefined> {
  if (isUnread(method, response) || isInMemory(response)) return response
  if (!isReplay || !JSON_TYPE.test(response.headers.get('content-type') ?? '')) return undefined
  const bytes = await enterScope(scope, () => response.arrayBuffer())
  return new Response(bytes, response)
}

/** Whether nobody reads the body of a response, if it has one. */
export function isUnread(method: string, { status }: Response): boolean {
  return method === 'HEAD' || status === 204 || status === 205 || status === 304
}

/**
 * Whether the body of a response has been produced already.
 *
 * The `Response` of @hono/node-server keeps what it was made of, `[status, body, headers]`, and makes a
 * stream of it only when asked. To ask would cost more than all else that is done for a request.
 */
export function isInMemory(response: Response): boolean {
  const made = madeOf(response)
  if (made === undefined) return response.body === null
  return Array.isArray(made) && !(made[1] instanceof ReadableStream)
}

// The key that was found last: an app has one such server, as a rule.
let cacheKey: symbol | undefined

function madeOf(response: Response): unknown {
  if (cacheKey === undefined || !Object.hasOwn(response, cacheKey)) {
    const keys = Object.getOwnPropertySymbols(response)
    const found = keys.find((key) => key.description === 'cache')
    if (found === undefined) return undefined
    cacheKey = found
  }
  return Reflect.get(response, cacheKey)
}
