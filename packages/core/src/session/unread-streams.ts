import { macrotask, startBackgroundTimer, stopTimer } from '../runtime/clock.ts'
import { readAhead } from '../streams/direct-stream.ts'
import { abandon } from './open-work.ts'
import type { SessionState } from './session-state.ts'

// Most that is read of what nobody reads, and for how long.
const MOST_BYTES = 2 ** 20
const LONGEST_MS = 1_000

/**
 * Notes a stream of bytes that nobody may ever read, as the body of an answer of which only the status counts.
 *
 * It is read once the session is over, if nobody is reading it then: what it holds lies in its queue for who comes
 * later. What takes longer, or is larger, is recorded as far as it came, and does not hold the session any longer.
 * Who reads it after all gets the rest as well.
 */
export function noteUnread(session: SessionState, seq: number, stream: ReadableStream): void {
  session.unread ??= new Map()
  // The platform frees the connection of an answer that nobody holds.
  session.unread.set(seq, new WeakRef(stream))
  if (session.over !== undefined) readUnread(session)
}

/** Reads what nobody reads of a session that is over. */
export function readUnread(session: SessionState): void {
  if (session.unread === undefined) return
  // Who was given a stream in this turn reads it in this turn.
  macrotask(() => {
    for (const [seq, reference] of session.unread ?? []) void readToEnd(session, seq, reference)
  })
}

async function readToEnd(
  session: SessionState,
  seq: number,
  reference: WeakRef<ReadableStream>,
): Promise<void> {
  const stream = reference.deref()
  if (stream?.locked) return
  if (stream) await readFor(LONGEST_MS, stream)
  if (!stream?.locked) abandon(session, seq)
}

function readFor(ms: number, stream: ReadableStream): Promise<void> {
  return new Promise((resolve) => {
    const timer = startBackgroundTimer(resolve, ms)
    const stop = () => {
      stopTimer(timer)
      resolve()
    }
    readAhead(stream, MOST_BYTES).then(stop, stop)
  })
}
