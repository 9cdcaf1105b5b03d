import type { OpenedEvent } from '@retake/format'
import type { SessionState } from '../session/session-state.ts'
import { replayStateOf, type ReplayState } from './replay-state.ts'
import { isBackOff } from './back-off.ts'
import { isCalledByRuntime } from '../runtime/direct-caller.ts'

// A hint needs no more, and a program may start thousands.
const MAX_WATCHED = 100

/** Notes a plain timer, to see whether it was over before an answer that comes first now. */
export function notePlainTimer(
  { plainTimers }: ReplayState,
  ms: number,
  isOver: () => boolean,
): void {
  if (plainTimers === undefined) return
  const running = plainTimers.running.filter((timer) => !timer.isOver())
  if (running.length < MAX_WATCHED) {
    const { last, lastMs } = plainTimers
    running.push({ ms, dueMs: Date.parse(last.startedAt) + lastMs + ms, isOver })
  }
  plainTimers.running = running
}

/**
 * Notes that a call is made, or answered, as it was in the recording: `ms` after it had started there.
 *
 * Of the timers that the code has started before, those that are still running were over by then.
 */
export function noteMoment(
  session: SessionState,
  event: OpenedEvent,
  ms: number | undefined,
): void {
  const { plainTimers, report } = replayStateOf(session)
  if (plainTimers === undefined || ms === undefined) return
  plainTimers.last = event
  plainTimers.lastMs = ms
  if (plainTimers.running.length === 0) return
  const momentMs = Date.parse(event.startedAt) + ms
  for (const timer of plainTimers.running) {
    if (timer.dueMs < momentMs && !timer.isOver()) report.overtook(event, timer.ms)
  }
  plainTimers.running = plainTimers.running.filter(({ dueMs }) => dueMs >= momentMs)
}

/** A plain timer that is to be started in the scope of a replay. */
export interface PlainStart {
  readonly ms: unknown
  /** The stand-in that was called for it. */
  readonly callee: (...args: never[]) => unknown
  readonly start: (ms: unknown) => unknown
}

/** Starts a plain timer of a replay: the wait of a library before it tries again takes no time. */
export function startPlain(replay: ReplayState, { ms, callee, start }: PlainStart): unknown {
  if (isBackOff(replay, ms, callee)) return start(0)
  const timer = start(ms)
  if (isWatchable(timer) && !isCalledByRuntime(callee)) {
    notePlainTimer(replay, Number(ms) || 0, () => timer._destroyed)
  }
  return timer
}

// Node's and Bun's say whether they are over; of others nothing is known.
function isWatchable(timer: unknown): timer is { readonly _destroyed: boolean } {
  return typeof timer === 'object' && timer !== null && '_destroyed' in timer
}
