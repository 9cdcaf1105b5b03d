import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { type Exchange, exposeHeaders } from '@retake/http'
import type { Send, Sender } from './sender.ts'

/**
 * Called when the head is about to be written, with the app's headers set on the response.
 *
 * @returns true when the head has been written already, in the app's place.
 */
export type BeforeHead = (status: number) => boolean

interface Hook {
  readonly exchange: Exchange
  readonly writeHead: Send
  readonly beforeHead: BeforeHead | undefined
}

const HOOK = Symbol('retake.head')

type Hooked = ServerResponse & { [HOOK]?: Hook }
type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[]

/**
 * Puts the headers of an exchange on a response: at once, and again when the head is written, since a
 * proxy copies those of a service further down.
 */
export function claimHead(
  response: ServerResponse,
  exchange: Exchange,
  beforeHead?: BeforeHead,
): void {
  if (response.headersSent) return
  setOwnHeaders(response, exchange)
  const hooked: Hooked = response
  hooked[HOOK] = { exchange, writeHead: writeHeadOf(response), beforeHead }
  hooked.writeHead = writeHeadWithSession
}

// As it is now, beneath what others put over it later.
function writeHeadOf({ writeHead }: Pick<Sender, 'writeHead'>): Send {
  return writeHead
}

// One function for all responses, as a closure for each would be the larger part of what we cost.
function writeHeadWithSession(
  this: Hooked,
  status: number,
  reason?: string | Headers,
  headers?: Headers,
): ServerResponse {
  const { [HOOK]: hook } = this
  if (hook === undefined) return this
  const [phrase, given] =
    typeof reason === 'string' ? [reason, headers] : [undefined, headers ?? reason]
  setAppHeaders(this, given)
  if (hook.beforeHead?.(status)) return this
  setOwnHeaders(this, hook.exchange)
  Reflect.apply(hook.writeHead, this, [status, phrase])
  return this
}

/** Sets the headers of an exchange, and shows them to pages of other origins that the app lets in. */
export function setOwnHeaders(response: ServerResponse, { headers, exposed }: Exchange): void {
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined && response.getHeader(name) !== value) response.setHeader(name, value)
  }
  if (!response.hasHeader('access-control-allow-origin')) return
  const name = 'Access-Control-Expose-Headers'
  response.setHeader(name, exposeHeaders(response.getHeader(name)?.toString(), exposed))
}

// As `writeHead` itself would do: a list may repeat a name, an object replaces what was set before.
function setAppHeaders(response: ServerResponse, headers: Headers | undefined): void {
  if (headers === undefined) return
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers))
      response.setHeader(name, value as OutgoingHttpHeader)
    return
  }
  const pairs = toPairs(headers)
  for (const [name] of pairs) response.removeHeader(name)
  for (const [name, value] of pairs) response.appendHeader(name, value)
}

function toPairs(list: readonly OutgoingHttpHeader[]): readonly (readonly [string, string])[] {
  const flat = list.flat().map(String)
  return flat.flatMap((name, index) =>
    index % 2 === 0 ? [[name, flat[index + 1] ?? ''] as const] : [],
  )
}
