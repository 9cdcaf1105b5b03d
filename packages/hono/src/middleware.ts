import {
  openExchange,
  problemResponse,
  resolveMiddlewareArguments,
  respond,
  toHttpRequest,
  type Exchange,
  type HttpOptions,
  type HttpRequest,
  type Opening,
  type ServerKnowledge,
} from '@retake/http'
import type { Retake } from '@retake/core'
import type { Context, MiddlewareHandler } from 'hono'
import { answerOnNode, hookNodeResponse } from './node.ts'
import { nodeBindings, nodeResponse, peerOf, waitUntilOf } from './runtime.ts'
import { recordingBody } from './request-body.ts'

/** The options of every HTTP adapter; functions among them are given Hono's context. */
export type HonoOptions = HttpOptions<Context>

/** Makes each request a session of its own. Inside another session it joins that one. */
export function retakeMiddleware(options?: HonoOptions): MiddlewareHandler
/** @param retake is the default instance where it is left out */
export function retakeMiddleware(retake?: Retake, options?: HonoOptions): MiddlewareHandler
export function retakeMiddleware(
  first?: Retake | HonoOptions,
  second?: HonoOptions,
): MiddlewareHandler {
  const { retake, options } = resolveMiddlewareArguments(first, second)
  return (context, next) => {
    const opening = openExchange(retake, toRequest(context), context, options)
    if (opening === undefined) return next()
    return opening instanceof Promise
      ? opening.then((opened) => enter(opened, context, next))
      : enter(opening, context, next)
  }
}

async function enter(
  opening: Opening,
  context: Context,
  next: () => Promise<void>,
): Promise<Response | void> {
  if ('refused' in opening) return problemResponse(opening.refused)
  const { exchange } = opening
  const hook = exchange.isReplay ? undefined : hookNodeResponse(context, exchange)
  if (hook) return answerOnNode(context, hook, next)
  await answer(context, recordingBody(exchange, context.req), next)
}

function toRequest(context: Context): HttpRequest {
  return toHttpRequest(context.req.raw, new ServerOf(context))
}

// What it says is asked for when a request wants a replay, or is stored: mostly never.
class ServerOf implements ServerKnowledge {
  readonly context: Context

  constructor(context: Context) {
    this.context = context
  }

  get headers(): ServerKnowledge['headers'] {
    return nodeBindings(this.context)?.incoming.headers
  }

  peer(): string | undefined {
    return peerOf(this.context)
  }
}

async function answer(
  context: Context,
  exchange: Exchange,
  next: () => Promise<void>,
): Promise<void> {
  waitUntilOf(context)?.(exchange.settled())
  const known = { request: context.req.raw, error: () => context.error, ...nodeResponse(context) }
  const response = await respond(exchange, known, async () => {
    await next()
    // To ask for a response that nobody gave would make one, and hide the mistake from Hono.
    return context.finalized ? context.res : undefined
  })
  if (response === undefined || response === context.res) return
  // Through undefined, or Hono would copy the headers of the old response to the new one.
  context.res = undefined
  context.res = response
}
