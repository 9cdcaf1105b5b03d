import type { HeaderSource } from '@retake/redact'
import type { Exchange } from './exchange.ts'
import type { SentBody } from './sent-body.ts'

/** The head of an answer. */
interface SentHead {
  readonly status: number
  readonly headers: HeaderSource
  /** Of the body, as `Content-Encoding` has it. */
  readonly encoding: string | undefined
}

/** Adds to a session what was sent. Holds it open while a compressed body is decoded. */
export function recordSent(exchange: Exchange, head: SentHead, sent: SentBody): void {
  const { status, headers, encoding } = head
  if (!exchange.keepsResponse(status)) return
  const read = sent.read(encoding)
  if (!(read instanceof Promise)) return exchange.recordResponse({ status, headers, ...read })
  const release = exchange.hold()
  void read.then((body) => exchange.recordResponse({ status, headers, ...body })).finally(release)
}
