import { lazily, realOf, standIn } from '@retake/format'
import { currentSessionScope } from '../session/scope.ts'
import type { SessionState } from '../session/session-state.ts'

type AbortTimeout = (this: unknown, ms: number) => AbortSignal
type StartTimer = (callback: unknown, ms?: unknown, ...args: unknown[]) => unknown

// Taken when the module loads: where others stand in their place later, such as fake timers, these are left alone.
const realTimeout = realOf(globalThis.setTimeout as StartTimer)
const realAbort = realOf<AbortTimeout>(Reflect.get(AbortSignal, 'timeout'))

interface Watch {
  readonly sessions: Set<SessionState>
  /** What stands in, while it does. */
  timeout?: StartTimer | undefined
  abort?: AbortTimeout | undefined
}

// One per process: an app may load two copies of this package, and only one of them can stand in.
const KEY = Symbol.for('retake.watched-timers.v1')
const watch = resolveWatch()

function resolveWatch(): Watch {
  const holder = globalThis as { [KEY]?: Watch }
  return (holder[KEY] ??= { sessions: new Set() })
}

const timeout = lazily(createTimeout)
const abort = lazily(createAbort)

/**
 * Watches the plain timers of a replay until `unwatchTimers`: `setTimeout` and `AbortSignal.timeout` are replaced, which
 * anywhere else do as the real ones.
 *
 * @see docs/decisions/0070-virtual-timers.md
 */
export function watchTimers(session: SessionState): void {
  watch.sessions.add(session)
  if (globalThis.setTimeout === realTimeout) {
    Reflect.set(globalThis, 'setTimeout', (watch.timeout = timeout()))
  }
  if (abortNow() === realAbort) Reflect.set(AbortSignal, 'timeout', (watch.abort = abort()))
}

/** The replay is over. */
export function unwatchTimers(session: SessionState): void {
  const { sessions } = watch
  if (!sessions.delete(session) || sessions.size > 0) return
  // Another one than ours, of whichever copy, is left alone.
  if (globalThis.setTimeout === watch.timeout) Reflect.set(globalThis, 'setTimeout', realTimeout)
  if (abortNow() === watch.abort) Reflect.set(AbortSignal, 'timeout', realAbort)
}

function abortNow(): unknown {
  return Reflect.get(AbortSignal, 'timeout')
}

/** The session in whose scope a plain timer is started, if it is a replay that is watched. */
function sessionHere(): SessionState | undefined {
  const scope = currentSessionScope()
  return scope && !scope.live && watch.sessions.has(scope.session) ? scope.session : undefined
}

function createTimeout(): StartTimer {
  function start(this: unknown, callback: unknown, ms?: unknown, ...args: unknown[]): unknown {
    const startReal = (ms: unknown) => Reflect.apply(realTimeout, this, [callback, ms, ...args])
    const { replay } = sessionHere() ?? {}
    return replay ? replay.startPlain({ ms, callee: start, start: startReal }) : startReal(ms)
  }
  // `promisify` looks for a property of it.
  Object.defineProperties(start, Object.getOwnPropertyDescriptors(realTimeout))
  return standIn(realTimeout, start)
}

function createAbort(): AbortTimeout {
  return standIn(realAbort, function timeout(this: unknown, ms: number): AbortSignal {
    const signal = Reflect.apply(realAbort, this, [ms])
    sessionHere()?.replay?.notePlainTimer(ms, () => signal.aborted)
    return signal
  })
}
