import type { Answer } from './response.ts'

/** Most of a body that is read before anybody asks for it. */
const MOST_BYTES = 2 ** 20

/**
 * How many bytes of a body are read ahead: of one that comes as a whole all, up to a limit, as it arrives.
 *
 * Who only looks at the status never reads the body, and an unread body holds a session open: nobody knows whether it
 * is going to be read. A stream of events or of data is left to the pace of its reader.
 */
export function bytesAhead(opening: unknown): number {
  const { status, headers } = opening as Answer
  const type = headers['content-type'] ?? ''
  const isWhole = status >= 300 || /^(?:application\/(?:[\w.+-]+\+)?json|text\/html)\b/i.test(type)
  return isWhole ? MOST_BYTES : 0
}
