import { lazily, realOf, standIn } from '@retake/format'
import { currentSessionScope } from '../session/scope.ts'
import type { SessionState } from '../session/session-state.ts'
import { replayStateOf } from './replay-state.ts'
import type { Entry } from './entry.ts'

type StartTimer = (callback: unknown, ms?: number, ...args: unknown[]) => unknown

// Taken when the module loads: where another stands in its place later, such as fake timers, it is left alone.
const real = realOf(globalThis.setTimeout as StartTimer)

/**
 * Where libraries start the timer of a wait before they try again, and no other one: a file, and the function where a
 * file starts other timers too. `async-retry` and older `p-retry` wait in `retry`, LangChain in a `p-retry` of its own.
 */
const BACK_OFFS: readonly RegExp[] = [
  /[\\/]p-retry[\\/]index\.[cm]?[jt]s\b/,
  /\bRetryOperation\.retry\b.*[\\/]retry[\\/]lib[\\/]retry_operation\.js\b/,
  /[\\/]exponential-backoff[\\/]\w+[\\/]delay[\\/]delay\.base\.[jt]s\b/,
  /[\\/]langgraph[\\/]\w+[\\/]pregel[\\/]retry\.[cm]?[jt]s\b/,
  /[\\/]langchain[\\/]\w+[\\/]agents[\\/]middleware[\\/]utils\.[cm]?[jt]s\b/,
]

// One set per process: an app may load two copies of this package, and only one of them can stand in.
const KEY = Symbol.for('retake.back-off.v1')
const sessions = resolveSessions()

function resolveSessions(): Set<SessionState> {
  const holder = globalThis as { [KEY]?: Set<SessionState> }
  return (holder[KEY] ??= new Set())
}

const quick = lazily(createQuick)

/**
 * Told of each call that a replay serves. As long as one that failed is still to be asked again, the waits of retry
 * libraries take no time in that session.
 *
 * @see docs/decisions/0058-back-off-takes-no-time.md
 */
export function noteAttempt(session: SessionState, entry: Entry, hasFailed: boolean): void {
  const replay = replayStateOf(session)
  const { failed, cassette, options } = replay
  if (failed.size === 0 && !hasFailed) return
  // Virtual timers take no time anyway.
  if (options.timing !== 'instant' || session.settled || session.virtual?.timers) return
  if (hasFailed) failed.add(cassette.equalsOf(entry))
  for (const equals of failed) if (equals.every(({ used }) => used)) failed.delete(equals)
  if (failed.size > 0) skipBackOff(session)
  else keepBackOff(session)
}

function skipBackOff(session: SessionState): void {
  sessions.add(session)
  if (globalThis.setTimeout === real) Reflect.set(globalThis, 'setTimeout', quick())
}

/** Has a session wait again: it is over, or no further attempt is to come. */
export function keepBackOff(session: SessionState): void {
  if (!sessions.delete(session) || sessions.size > 0) return
  const { setTimeout } = globalThis
  // Another one than ours, of whichever copy, is left alone.
  if (realOf(setTimeout) !== setTimeout) Reflect.set(globalThis, 'setTimeout', realOf(setTimeout))
}

function createQuick(): StartTimer {
  function start(this: unknown, callback: unknown, ms?: number, ...args: unknown[]): unknown {
    const wait = sessions.size > 0 && isBackOff(start) ? 0 : ms
    return Reflect.apply(real, this, [callback, wait, ...args])
  }
  // `promisify` looks for a property of it.
  Object.defineProperties(start, Object.getOwnPropertyDescriptors(real))
  return standIn(real, start)
}

/** Whether it is a library that tries again, within one of the sessions, which has called `callee`. */
function isBackOff(callee: StartTimer): boolean {
  const scope = currentSessionScope()
  if (scope === undefined || scope.live || !sessions.has(scope.session)) return false
  const caller = callerOf(callee)
  return BACK_OFFS.some((pattern) => pattern.test(caller))
}

// Only who has started the timer counts: what is tried again runs beneath the library, and has time-outs of its own.
function callerOf(callee: StartTimer): string {
  const trace: { readonly stack?: unknown } = {}
  Error.captureStackTrace(trace, callee)
  const { stack } = trace
  return typeof stack === 'string' ? (stack.split('\n', 2)[1] ?? '') : ''
}
