import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { OverReason } from '../session/session-state.ts'
import type { Exchange } from './exchange.ts'
import { recordSent } from './record-sent.ts'
import { SentBody } from './sent-body.ts'

type Send = (...args: never[]) => unknown

interface Sending {
  readonly body: SentBody
  isEnded: boolean
  readonly write: Send
  readonly end: Send
}

const SENDING = Symbol('retake.sending')

type Watched = ServerResponse & { [SENDING]?: Sending }

/** Collects what is sent by a response of Node, however the app sends it. */
export function collectAnswer(response: ServerResponse): void {
  const watched: Watched = response
  watched[SENDING] = { body: new SentBody(), isEnded: false, ...senderOf(response) }
  watched.write = writeCollected as ServerResponse['write']
  watched.end = endCollected as ServerResponse['end']
}

/**
 * Adds to a session what was sent by its response. To be called before the exchange is over.
 *
 * @param headers those of the response, where Node does not know them: they were given with its head.
 */
export function recordAnswer(
  response: ServerResponse,
  exchange: Exchange,
  reason: OverReason,
  headers: OutgoingHttpHeaders = response.getHeaders(),
): void {
  const { [SENDING]: sending } = response as Watched
  if (sending === undefined) return
  const { statusCode: status } = response
  sending.body.isWhole = reason === 'finished'
  if (!hasNoBody(response)) {
    recordSent(exchange, { status, headers, encoding: encodingOf(headers) }, sending.body)
  } else if (exchange.keepsAnswer(status)) exchange.recordAnswer({ status, headers })
}

// As they are now, beneath what others put over them later.
function senderOf({ write, end }: { readonly write: Send; readonly end: Send }): {
  readonly write: Send
  readonly end: Send
} {
  return { write, end }
}

// Two functions for all responses, as closures for each would be the larger part of what we cost.
function writeCollected(this: Watched, ...args: unknown[]): unknown {
  const { [SENDING]: sending } = this
  if (sending === undefined) return false
  collect(sending.body, args)
  return Reflect.apply(sending.write, this, args)
}

function endCollected(this: Watched, ...args: unknown[]): unknown {
  const { [SENDING]: sending } = this
  if (sending === undefined) return this
  if (!sending.isEnded) collect(sending.body, args)
  sending.isEnded = true
  return Reflect.apply(sending.end, this, args)
}

function collect(body: SentBody, [chunk, encoding]: readonly unknown[]): void {
  if (chunk instanceof Uint8Array) body.add(chunk)
  else if (typeof chunk === 'string') {
    if (isUtf8(encoding)) body.addText(chunk)
    else body.add(Buffer.from(chunk, encoding as BufferEncoding))
  }
}

function isUtf8(encoding: unknown): boolean {
  return typeof encoding !== 'string' || /^utf-?8$/i.test(encoding)
}

function hasNoBody({ req, statusCode }: ServerResponse): boolean {
  return req.method === 'HEAD' || statusCode === 204 || statusCode === 304
}

function encodingOf({ 'content-encoding': encoding }: OutgoingHttpHeaders): string | undefined {
  return encoding?.toString()
}
