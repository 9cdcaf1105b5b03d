import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ResponseContext } from '@retake/http'
import type { Context } from 'hono'

/** What @hono/node-server hands to an app. */
export interface NodeBindings {
  readonly incoming: IncomingMessage
  /** Absent when the connection becomes a WebSocket. */
  readonly outgoing?: ServerResponse
}

// What servers hand to `app.fetch` besides the request. Hono calls it the environment.
interface Environment extends Partial<NodeBindings> {
  /** Bun hands over its server, alone or under this name. */
  readonly server?: Environment
  requestIP?(request: Request): { readonly address: string } | null
  /** Deno. */
  readonly remoteAddr?: { readonly hostname?: string }
}

/** The request and the response of Node, where @hono/node-server serves. */
export function nodeBindings(context: Context): NodeBindings | undefined {
  const { incoming, outgoing } = environmentOf(context)
  return incoming && { incoming, outgoing }
}

/** What the response of Node can do that one of the web cannot. */
export function nodeResponse(context: Context): Pick<ResponseContext, 'isGone' | 'addTrailers'> {
  const { incoming, outgoing } = environmentOf(context)
  if (outgoing === undefined) return {}
  const isGone = () => outgoing.destroyed
  if (incoming?.httpVersion !== '1.1') return { isGone }
  return { isGone, addTrailers: (fields) => outgoing.addTrailers(fields) }
}

/** The address of the other side, as far as the server tells; `local` when no server is between. */
export function peerOf(context: Context): string | undefined {
  const environment = environmentOf(context)
  const { incoming, remoteAddr, server } = environment
  if (incoming) return incoming.socket.remoteAddress
  if (remoteAddr) return remoteAddr.hostname
  const bun = environment.requestIP ? environment : server
  if (bun?.requestIP) return bun.requestIP(context.req.raw)?.address
  return isInProcess(context) ? 'local' : undefined
}

/** Keeps a serverless instance alive, where there is one to keep. */
export function waitUntilOf(context: Context): ((promise: Promise<unknown>) => void) | undefined {
  // Hono throws when it has no execution context. That is dear, and on Node it never has one.
  if (environmentOf(context).incoming) return undefined
  try {
    const { executionCtx } = context
    return (promise) => executionCtx.waitUntil(promise)
  } catch {
    return undefined
  }
}

// As with `app.request()`. What came over a network names its host, even if the server tells no more.
function isInProcess(context: Context): boolean {
  const isBare = Object.keys(environmentOf(context)).length === 0
  return isBare && waitUntilOf(context) === undefined && context.req.header('host') === undefined
}

function environmentOf({ env }: Context): Environment {
  return (env as Environment | undefined) ?? {}
}
