import { ReplayNoSnapshotsError } from '@retake/format'
import { delay } from '../runtime/clock.ts'
import { failSession } from '../session/lifecycle.ts'
import type { StartedCall } from '../session/session-state.ts'
import { neverSettles, untilAborted } from '../streams/abort.ts'
import { replaySource, replayStateOf } from './replay-state.ts'

/**
 * A call that was in flight when its session ended stays in flight: it lost a race, or nobody waited for it.
 *
 * Where the session ended because its client had gone, the app may well have waited for it. A replay whose client stays
 * would wait for ever then, so it fails once nothing else is going on.
 */
export function stayInFlight(started: StartedCall): Promise<never> {
  const { scope, options } = started
  const { signal } = options
  if (!replayStateOf(scope.session).isCutShort) return neverSettles(signal)
  const stuck = untilAborted(refuseWhenStuck(started), signal)
  // An app that waits for nobody must not die of it.
  stuck.catch(() => {})
  return stuck
}

async function refuseWhenStuck({ scope, options, event }: StartedCall): Promise<never> {
  const { session } = scope
  const { order, options: replayOptions } = replayStateOf(session)
  do await delay(replayOptions.abortGraceMs)
  while (order.isAwaited())
  if (session.over !== undefined) return neverSettles(options.signal)
  const source = replaySource(session)
  throw failSession(
    session,
    new ReplayNoSnapshotsError(
      `${event.kind} ${event.name} of session ${source} has no answer: it was still in flight when the client went away. Record the session again, and read the answer to its end.`,
      { session: source, seq: event.seq },
    ),
  )
}
