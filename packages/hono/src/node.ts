import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { collectResponse, recordResponse } from '@retake/http/node'
import { enterScope, type OverReason } from '@retake/core/adapter'
import {
  isInMemory,
  isUnread,
  resolveOverReason,
  scopedBody,
  type Ending,
  type Exchange,
} from '@retake/http'
import type { Context } from 'hono'
import { setSessionHeaders } from './head.ts'
import { recordBody, watchBody } from './request-body.ts'
import { nodeBindings, type NodeBindings } from './runtime.ts'

type WriteHead = (...args: never[]) => ServerResponse

/** A request that is served by Node, while it is recorded. */
interface Serving {
  readonly context: Context
  readonly exchange: Exchange
  readonly writeHead: WriteHead
  isHandled: boolean
  isClosed: boolean
  isOver: boolean
  /** As the head was written with them. */
  sent: OutgoingHttpHeaders | undefined
}

const SERVING = Symbol('retake.serving')

type Served = ServerResponse & { [SERVING]?: Serving }

/**
 * Prepares Node's own response for a request that is recorded: its head will carry the session's id, and
 * its end is that of the session. Hono's response is left alone, since @hono/node-server then sends a
 * short one without ever making it.
 *
 * @returns `undefined` where there is no such response, or where it belongs to another request already.
 * @see docs/decisions/0036-hono-on-node.md
 */
export function claimNodeResponse(context: Context, exchange: Exchange): Serving | undefined {
  const { incoming, outgoing } = nodeBindings(context) ?? {}
  if (incoming?.httpVersionMajor !== 1 || outgoing === undefined) return undefined
  const served: Served = outgoing
  if (served[SERVING] || served.headersSent || served.closed) return undefined
  const serving: Serving = {
    context,
    exchange,
    writeHead: writeHeadOf(served),
    isHandled: false,
    isClosed: false,
    isOver: false,
    sent: undefined,
  }
  served[SERVING] = serving
  watchBody(exchange, context.req)
  collectResponse(served, exchange)
  served.writeHead = writeHeadOfSession
  served.on('close', noteClose)
  return serving
}

// As it is now, beneath what others put over it later.
function writeHeadOf({ writeHead }: { readonly writeHead: WriteHead }): WriteHead {
  return writeHead
}

/** Runs the handler in the scope of its session. */
export async function answerOnNode(serving: Serving, next: () => Promise<void>): Promise<void> {
  const { context, exchange } = serving
  try {
    await enterScope(exchange.scope, next)
    // To ask for a response that nobody gave would make one, and hide the mistake from Hono.
    if (context.finalized) enterWhenRead(serving, context.res)
  } catch (error) {
    endExchange(serving, 'error', { error })
    throw error
  }
  serving.isHandled = true
  if (serving.isClosed) endWithResponse(serving)
}

// What a body does while it is read belongs to the session as well.
function enterWhenRead(serving: Serving, response: Response): void {
  const { context, exchange } = serving
  if (isInMemory(response)) return
  const { status } = response
  // It may never come to its end.
  if (isUnread(context.req.method, response)) {
    if (exchange.keepsResponse(status))
      exchange.recordResponse({ status, headers: response.headers })
    return endExchange(serving, 'finished', { status })
  }
  if (response.body === null) return
  const body = scopedBody(response.body, exchange.scope, {
    onOver: (reason, error) => endExchange(serving, reason, { status, error }),
  })
  // Through undefined, or Hono would copy the headers of the old response to the new one.
  context.res = undefined
  context.res = new Response(body, response)
}

// One function for all responses, as closures for each would be the larger part of what we cost.
function writeHeadOfSession(
  this: Served,
  status: number,
  reason?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
  headers?: OutgoingHttpHeaders | OutgoingHttpHeader[],
): ServerResponse {
  const { [SERVING]: serving } = this
  if (serving === undefined) return this
  const isPhrase = typeof reason === 'string'
  const own = setSessionHeaders(this, serving.exchange, isPhrase ? headers : (headers ?? reason))
  if (!Array.isArray(own)) serving.sent = own
  const args = isPhrase ? [status, reason, own] : [status, own]
  return Reflect.apply(serving.writeHead, this, args) as ServerResponse
}

// A handler may go on when its client has gone, and what it does then is no late work.
function noteClose(this: Served): void {
  const { [SERVING]: serving } = this
  if (serving === undefined) return
  serving.isClosed = true
  if (serving.isHandled) endWithResponse(serving)
}

function endWithResponse(serving: Serving): void {
  const { incoming, outgoing } = nodeBindings(serving.context) as Required<NodeBindings>
  const reason = resolveOverReason(outgoing, incoming.socket)
  endExchange(serving, reason, { status: outgoing.statusCode })
}

function endExchange(serving: Serving, reason: OverReason, ending: Ending): void {
  if (serving.isOver) return
  serving.isOver = true
  const { context, exchange } = serving
  const { outgoing } = nodeBindings(context) ?? {}
  recordBody(exchange, context.req)
  if (outgoing?.headersSent)
    recordResponse(outgoing, exchange, reason, () => sentHeaders(serving, outgoing))
  exchange.over(reason, { ...ending, error: ending.error ?? context.error })
}

// Those that a head is written with are not known to the response of Node; those set before are.
function sentHeaders({ sent }: Serving, response: ServerResponse): OutgoingHttpHeaders {
  return { ...response.getHeaders(), ...lowerCased(sent) }
}

function lowerCased(headers: OutgoingHttpHeaders = {}): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}
