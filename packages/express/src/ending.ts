import type { ServerResponse } from 'node:http'
import { recordResponse } from '@retake/http/node'
import { resolveOverReason, type Exchange } from '@retake/http'
import type { Request } from 'express'
import type { CollectedBody } from './request-body.ts'

interface Ending {
  readonly exchange: Exchange
  readonly request: Request
  readonly body: CollectedBody | undefined
}

const ENDING = Symbol('retake.ending')

type Watched = ServerResponse & { [ENDING]?: Ending }

/** Ends the exchange with its response, and records what was sent, and what was read of the request's body, by then. */
export function watchEnding(response: ServerResponse, ending: Ending): void {
  const watched: Watched = response
  watched[ENDING] = ending
  response.on('close', endExchange)
}

// `close` comes once in every ending, and last. One function for all responses.
function endExchange(this: Watched): void {
  const { [ENDING]: ending } = this
  if (ending === undefined) return
  const { exchange, request, body } = ending
  body?.record()
  const reason = resolveOverReason(this, request.socket)
  recordResponse(this, exchange, reason)
  exchange.over(reason, { status: this.statusCode })
}
