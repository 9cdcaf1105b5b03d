import type { ServerResponse } from 'node:http'
import type { Exchange } from '../exchange.ts'
import { SentBody } from '../sent-body.ts'

/** A response whose body is collected. */
export interface Collecting {
  readonly response: ServerResponse
  readonly exchange: Exchange
  body: SentBody | undefined
}

/** Collects what is given to `write`. */
export function collect(sending: Collecting, [chunk, encoding]: readonly unknown[]): void {
  const body = (sending.body ??= new SentBody())
  if (chunk instanceof Uint8Array) body.add(chunk)
  else if (typeof chunk === 'string') {
    if (isUtf8(encoding)) body.addText(chunk)
    else body.add(Buffer.from(chunk, encoding as BufferEncoding))
  }
}

/** Collects what is given to `end`. What comes whole, as most answers do, is only looked at when it will be stored. */
export function collectLast(sending: Collecting, args: readonly unknown[]): void {
  const { body, exchange, response } = sending
  if (body !== undefined || exchange.keepsResponse(response.statusCode)) collect(sending, args)
}

function isUtf8(encoding: unknown): boolean {
  return typeof encoding !== 'string' || /^utf-?8$/i.test(encoding)
}
