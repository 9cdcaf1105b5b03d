import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { OverReason } from '@retake/core/adapter'
import { recordSent } from '../record-sent.ts'
import { SentBody } from '../sent-body.ts'
import type { Collecting } from './collect-body.ts'
import { decodeAtOnce } from './decode-at-once.ts'

/** A response that may have been sent. */
export interface Sending extends Collecting {
  /** What the head was written with. */
  readonly head: OutgoingHttpHeaders | undefined
}

/** Adds to a session what was sent by its response, if anything was. To be called before the exchange is over. */
export function recordResponse(sending: Sending, reason: OverReason): void {
  const { response, exchange } = sending
  const { statusCode: status } = response
  if (!response.headersSent || !exchange.keepsResponse(status)) return
  const headers = sentHeaders(sending)
  const head = { status, headers, host: () => response.req.headers.host }
  if (hasNoBody(response)) return exchange.recordResponse(head)
  const body = sending.body ?? new SentBody()
  body.isWhole = reason === 'finished'
  body.isBroken = reason === 'error'
  void recordSent(exchange, { ...head, encoding: encodingOf(headers) }, body)
}

/**
 * Compares in a replay what a response sends with the recorded answer. To be called when all of its body is known. A
 * verdict that goes along with it cannot wait, so that what is compressed is decoded at once.
 */
export function compareResponse(sending: Sending): void {
  const { response, exchange } = sending
  const { statusCode: status } = response
  const headers = sentHeaders(sending)
  const head = { status, headers, host: () => response.req.headers.host }
  if (hasNoBody(response)) {
    return exchange.compareResponse({ ...head, isHead: response.req.method === 'HEAD' })
  }
  const body = sending.body ?? new SentBody()
  body.isWhole = true
  exchange.compareResponse({ ...head, ...body.readAtOnce(encodingOf(headers), decodeAtOnce) })
}

// Node knows either all of them or, where a head was written with them and none was set before, none.
function sentHeaders({ response, head = {} }: Sending): OutgoingHttpHeaders {
  const known = response.getHeaders()
  if (Object.keys(known).length > 0) return known
  return Object.fromEntries(
    Object.entries(head).map(([name, value]) => [name.toLowerCase(), value]),
  )
}

function hasNoBody({ req, statusCode }: ServerResponse): boolean {
  return req.method === 'HEAD' || statusCode === 204 || statusCode === 304
}

function encodingOf({ 'content-encoding': encoding }: OutgoingHttpHeaders): string | undefined {
  return encoding?.toString()
}
