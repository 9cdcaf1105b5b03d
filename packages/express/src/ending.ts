import type { ServerResponse } from 'node:http'
import type { Exchange, OverReason } from '@retake/core/http'
import type { Request } from 'express'
import type { CollectedBody } from './request-body.ts'

interface Ending {
  readonly exchange: Exchange
  readonly request: Request
  readonly body: CollectedBody | undefined
}

const ENDING = Symbol('retake.ending')

type Watched = ServerResponse & { [ENDING]?: Ending }

/** Ends the exchange with its response, and records what was read of the request's body by then. */
export function watchEnding(response: ServerResponse, ending: Ending): void {
  const watched: Watched = response
  watched[ENDING] = ending
  response.once('close', endExchange)
}

// `close` comes once in every ending, and last. One function for all responses.
function endExchange(this: Watched): void {
  const { [ENDING]: ending } = this
  if (ending === undefined) return
  const { exchange, request, body } = ending
  body?.record(exchange)
  exchange.over(overReason(this, request), { status: this.statusCode })
}

// A client that goes ends its side of the connection or resets it. A connection that broke without
// either was broken by the server: Express does so when a handler fails amid its response.
function overReason(response: ServerResponse, { socket }: Request): OverReason {
  if (response.writableFinished) return 'finished'
  const isClientGone =
    response.errored === null && (socket.readableEnded || socket.errored !== null)
  return isClientGone ? 'client_closed' : 'error'
}
