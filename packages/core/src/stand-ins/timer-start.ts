import { holdsProcess, startImmediate, startTimer, stopTimer } from '../runtime/clock.ts'
import { currentSessionScope } from '../session/scope.ts'
import type { SessionReplay, SessionState } from '../session/session-state.ts'
import type { TimerTrack } from '../virtual/session-timers.ts'
import { isCalledByRuntime } from '../runtime/direct-caller.ts'
import { VirtualTimer } from './virtual-timer.ts'

type AnyFunction = (...args: never[]) => unknown

/** What there is of timers. Numbers of another kind are counted apart. */
export type TimerKind = 'timeout' | 'interval' | 'immediate' | 'abort'

// Longer ones are over at once.
export const LONGEST_MS: number = 2 ** 31 - 1

/** Where a timer is made that is virtual. */
export interface VirtualStart {
  readonly kind: TimerKind
  readonly session: SessionState
  readonly track: TimerTrack
  readonly ms: number
}

/**
 * Where a timer is started, if it is virtual there. Beneath recorded calls nothing is, since a replay does not run them.
 *
 * @param callee what was called for it, which must not be the runtime's work.
 */
export function placeOf(
  kind: TimerKind,
  delay: unknown,
  callee?: AnyFunction,
): VirtualStart | undefined {
  const scope = currentSessionScope()
  if (scope === undefined || scope.beneath !== undefined) return undefined
  const { session, frame } = scope
  const timers = session.virtual?.timers
  if (timers === undefined || session.settled) return undefined
  if (callee && isCalledByRuntime(callee)) return undefined
  const ms = kind === 'immediate' ? 0 : delayOf(delay)
  const track = timers.made(`${kind} ${frame.path}`, ms)
  return track && { kind, session, track, ms }
}

/** The replay in whose scope a timer is started that is not virtual there; none beneath a call that runs for real. */
export function plainReplay(): SessionReplay | undefined {
  const scope = currentSessionScope()
  if (scope === undefined || scope.live) return undefined
  const { replay, virtual, settled } = scope.session
  return virtual?.timers || settled ? undefined : replay
}

/** Notes that it fires, while the session is recorded. */
export function noteFiring({ session, track }: VirtualStart): void {
  if (!session.settled) track.note?.(++session.tick)
}

interface StartOptions {
  /**
   * Whether it keeps the process alive.
   *
   * @default true
   */
  readonly ref?: boolean
  /** @default false */
  readonly repeats?: boolean
}

/**
 * Starts a timer that is Retake's own, such as that of a promise.
 *
 * @returns a function that stops it.
 */
export function startAt(
  place: VirtualStart,
  fire: () => void,
  { ref = true, repeats = false }: StartOptions = {},
): () => void {
  if (place.track.ticks === undefined) return startNoted(place, fire, { ref, repeats })
  const timer = new VirtualTimer({ ...place, repeats }, fire)
  if (!ref) timer.unref()
  return () => void timer.close()
}

function startNoted(
  place: VirtualStart,
  fire: () => void,
  { ref, repeats }: Required<StartOptions>,
): () => void {
  let stop = start()

  function start(): () => void {
    return startReal(place, ref, () => {
      if (repeats) stop = start()
      noteFiring(place)
      fire()
    })
  }

  return () => stop()
}

function startReal({ kind, ms }: VirtualStart, ref: boolean, task: () => void): () => void {
  if (kind === 'immediate') return startImmediate(task)
  const timer = startTimer(task, ms)
  holdsProcess(timer, ref)
  return () => stopTimer(timer)
}

// As Node reads it.
function delayOf(delay: unknown): number {
  const ms = Number(delay)
  return ms >= 1 && ms <= LONGEST_MS ? Math.trunc(ms) : 1
}
