import { enterScope } from '@retake/core/adapter'
import { isInMemory, isUnread, scopedBody, type Exchange } from '@retake/http'
import { hookOf, hookResponse, type RequestKnowledge, type ResponseHook } from '@retake/http/node'
import type { Context } from 'hono'
import { recordBody, watchBody } from './request-body.ts'
import { nodeBindings } from './runtime.ts'

/**
 * Hooks Node's own response for a request that is recorded. Hono's response is left alone, since @hono/node-server
 * then sends a short one without ever making it.
 *
 * @returns `undefined` where there is no such response, or where it belongs to another request already.
 * @see docs/decisions/0036-hono-on-node.md
 */
export function hookNodeResponse(context: Context, exchange: Exchange): ResponseHook | undefined {
  const { incoming, outgoing } = nodeBindings(context) ?? {}
  if (incoming?.httpVersionMajor !== 1 || outgoing === undefined) return undefined
  if (hookOf(outgoing) || outgoing.headersSent || outgoing.closed) return undefined
  watchBody(exchange, context.req)
  return hookResponse(outgoing, exchange, new KnownOfContext(context, exchange))
}

class KnownOfContext implements RequestKnowledge {
  readonly context: Context
  readonly exchange: Exchange

  constructor(context: Context, exchange: Exchange) {
    this.context = context
    this.exchange = exchange
  }

  get error(): unknown {
    return this.context.error
  }

  record(): void {
    recordBody(this.exchange, this.context.req)
  }
}

/** Runs the handler in the scope of its session. It may go on when its client has gone, which is no late work. */
export async function answerOnNode(
  context: Context,
  hook: ResponseHook,
  next: () => Promise<void>,
): Promise<void> {
  hook.isHandling = true
  try {
    await enterScope(hook.exchange.scope, next)
    // To ask for a response that nobody gave would make one, and hide the mistake from Hono.
    if (context.finalized) enterWhenRead(context, hook, context.res)
  } catch (error) {
    hook.over('error', { error })
    throw error
  }
  hook.handled()
}

// What a body does while it is read belongs to the session as well.
function enterWhenRead(context: Context, hook: ResponseHook, response: Response): void {
  const { exchange } = hook
  if (isInMemory(response)) return
  const { status } = response
  // It may never come to its end.
  if (isUnread(context.req.method, response)) {
    if (exchange.keepsResponse(status))
      exchange.recordResponse({ status, headers: response.headers })
    return hook.over('finished', { status })
  }
  if (response.body === null) return
  const body = scopedBody(response.body, exchange.scope, {
    // What was read to its end may still be waiting to be sent: that is over when the response is.
    onOver: (reason, error) => {
      if (reason !== 'finished') hook.over(reason, { status, error })
    },
  })
  // Through undefined, or Hono would copy the headers of the old response to the new one.
  context.res = undefined
  context.res = new Response(body, response)
}
