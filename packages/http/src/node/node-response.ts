import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { OverReason } from '@retake/core/host'
import type { Exchange } from '../exchange.ts'
import { recordSent } from '../record-sent.ts'
import { SentBody } from '../sent-body.ts'

type Send = (...args: never[]) => unknown

interface Sending {
  readonly exchange: Exchange
  body: SentBody | undefined
  readonly write: Send
  readonly end: Send
}

const SENDING = Symbol('retake.sending')

type Watched = ServerResponse & { [SENDING]?: Sending }

/**
 * Collects what is sent by a response of Node, however the app sends it.
 *
 * @see docs/decisions/0055-answers-are-recorded.md
 */
export function collectResponse(response: ServerResponse, exchange: Exchange): void {
  const watched: Watched = response
  const { write, end } = senderOf(response)
  watched[SENDING] = { exchange, body: undefined, write, end }
  watched.write = writeCollected as ServerResponse['write']
  watched.end = endCollected as ServerResponse['end']
}

/**
 * Adds to a session what was sent by its response. To be called before the exchange is over.
 *
 * @param headersOf those of the response, where Node does not know them: they were given with its head.
 */
export function recordResponse(
  response: ServerResponse,
  exchange: Exchange,
  reason: OverReason,
  headersOf: () => OutgoingHttpHeaders = () => response.getHeaders(),
): void {
  const { [SENDING]: sending } = response as Watched
  const { statusCode: status } = response
  if (sending === undefined || !exchange.keepsResponse(status)) return
  const headers = headersOf()
  if (hasNoBody(response)) return exchange.recordResponse({ status, headers })
  const body = sending.body ?? new SentBody()
  body.isWhole = reason === 'finished'
  recordSent(exchange, { status, headers, encoding: encodingOf(headers) }, body)
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
  collect((sending.body ??= new SentBody()), args)
  return Reflect.apply(sending.write, this, args)
}

function endCollected(this: Watched, ...args: unknown[]): unknown {
  const { [SENDING]: sending } = this
  if (sending === undefined) return this
  if (!this.writableEnded) collectLast(sending, this, args)
  return Reflect.apply(sending.end, this, args)
}

// What comes whole, as most answers do, is only looked at when it will be stored.
function collectLast(
  sending: Sending,
  { statusCode }: ServerResponse,
  args: readonly unknown[],
): void {
  if (sending.body === undefined && !sending.exchange.keepsResponse(statusCode)) return
  collect((sending.body ??= new SentBody()), args)
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
