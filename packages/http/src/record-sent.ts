import type { Exchange } from './exchange.ts'
import type { SentBody } from './sent-body.ts'
import type { SentResponse } from './stored-response.ts'

/** The head of an answer. */
interface SentHead extends Omit<SentResponse, 'body' | 'withheld'> {
  /** Of the body, as `Content-Encoding` has it. */
  readonly encoding: string | undefined
}

/**
 * Adds to a session what was sent, which compares it in a replay. Holds the session open while a compressed body is decoded.
 *
 * @returns a promise where that takes time.
 */
export function recordSent(
  exchange: Exchange,
  head: SentHead,
  sent: SentBody,
): Promise<void> | undefined {
  const { encoding, ...answer } = head
  const { status } = answer
  if (!exchange.keepsResponse(status)) return undefined
  const read = sent.read(encoding)
  if (!(read instanceof Promise)) {
    exchange.recordResponse({ ...answer, ...read })
    return undefined
  }
  const release = exchange.hold()
  return read.then((body) => exchange.recordResponse({ ...answer, ...body })).finally(release)
}
