import { macrotask, monotonicMs, startTimer, stopTimer } from '../runtime/clock.ts'
import { whenSettled } from '../session/lifecycle.ts'
import type { SessionState } from '../session/session-state.ts'

// About twelve days.
const FOR_LONG_MS = 2 ** 30
const LOOK_EVERY_MS = 5
// Who has begun to read a stream may do something else between two parts.
const QUIET_MS = 100

/**
 * Waits until a replay has settled, and keeps the process alive meanwhile: it waits for what is in flight, which
 * need not keep it alive by itself.
 *
 * @param isHandedOn its function returned something. Then what is left may be streams that the caller reads, who waits
 * for the replay: it has not settled, but goes on without us.
 */
export async function untilReplayed(session: SessionState, isHandedOn: boolean): Promise<void> {
  if (session.settled) return
  const hold = startTimer(() => {}, FOR_LONG_MS)
  const settled = whenSettled(session)
  await (isHandedOn ? Promise.race([settled, untilLeft(session)]) : settled)
  stopTimer(hold)
}

/** Resolves when the session waits for nothing but streams that nobody is reading. */
function untilLeft(session: SessionState): Promise<void> {
  return new Promise((resolve) => {
    let position: number | undefined
    let sinceMs = 0

    function look(): void {
      const now = session.replay?.streamPosition(session)
      const isUnmoved = now !== undefined && now === position
      const isLeft = isUnmoved && (now === 0 || monotonicMs() - sinceMs >= QUIET_MS)
      if (session.settled || isLeft) return resolve()
      if (!isUnmoved) sinceMs = monotonicMs()
      position = now
      startTimer(look, LOOK_EVERY_MS)
    }

    macrotask(look)
  })
}
