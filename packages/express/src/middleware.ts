import { hookOf, hookResponse, setOwnHeaders } from '@retake/http/node'
import { enterScope } from '@retake/core/adapter'
import {
  openExchange,
  resolveMiddlewareArguments,
  type Exchange,
  type HttpOptions,
  type Opening,
} from '@retake/http'
import type { Retake } from '@retake/core'
import type { Request, RequestHandler, Response } from 'express'
import { enterOnEvents } from './emitter.ts'
import { sendProblem } from './problem.ts'
import { superviseReplay } from './replay.ts'
import { collectBody } from './request-body.ts'
import { hasBody, toHttpRequest } from './request.ts'

/** The options of every HTTP adapter; functions among them are given Express's request. */
export type ExpressOptions = HttpOptions<Request>

/** Makes each request a session of its own. Inside another session it joins that one. */
export function retakeMiddleware(options?: ExpressOptions): RequestHandler
/** @param retake is the default instance where it is left out */
export function retakeMiddleware(retake?: Retake, options?: ExpressOptions): RequestHandler
export function retakeMiddleware(
  first?: Retake | ExpressOptions,
  second?: ExpressOptions,
): RequestHandler {
  const { retake, options } = resolveMiddlewareArguments(first, second)
  return (request, response, next) => {
    // What stands between two of us may have lost the scope.
    const joined = hookOf(response)?.exchange
    if (joined) return enterScope(joined.scope, () => next())
    const opening = openExchange(retake, toHttpRequest(request), request, options)
    if (opening === undefined) return next()
    const handling = { request, response, next }
    if (opening instanceof Promise) return opening.then((opened) => enter(opened, handling))
    return enter(opening, handling)
  }
}

interface Handling {
  readonly request: Request
  readonly response: Response
  readonly next: () => void
}

function enter(opening: Opening, { request, response, next }: Handling): void {
  if ('refused' in opening) return sendProblem(response, opening.refused)
  const { exchange } = opening
  // The client may have gone while the recorded session was loaded.
  if (response.closed) return exchange.over('client_closed')
  attach(exchange, request, response)
  enterScope(exchange.scope, next)
}

function attach(exchange: Exchange, request: Request, response: Response): void {
  const body = hasBody(request) ? collectBody(request, exchange) : undefined
  if (body) enterOnEvents(request, exchange.scope, body)
  const hook = hookResponse(response, exchange, body)
  if (exchange.isReplay) superviseReplay(hook)
  // Where the app can see them, too.
  if (!response.headersSent) setOwnHeaders(response, exchange)
}
