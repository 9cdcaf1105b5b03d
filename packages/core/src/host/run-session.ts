import { describeError } from '@retake/format'
import { leftoverError } from '../replay/replay.ts'
import { untilReplayed } from './left-streams.ts'
import { enterScope } from '../session/enter-scope.ts'
import { finishSession } from '../session/lifecycle.ts'
import { runInScope } from '../session/scope.ts'
import { sessionHandle } from '../session/session-handle.ts'
import type { Session } from '../session/session.ts'
import type { SessionScope, SessionState } from '../session/session-state.ts'
import { noteResult, noteThrown } from './session-result.ts'

/** What runs as a session. */
export type SessionBody<T> = (session: Session) => T | PromiseLike<T>

/** Runs a function as the session of an opened run, which is over when the function is. */
export function runSession<T>(scope: SessionScope, fn: SessionBody<T>): Promise<T> {
  return enterScope(scope, runBody, scope.session, fn)
}

/**
 * Runs a function as a replay, and waits until it has settled; where it returns something, and all that is left are
 * streams that nobody is reading, until then: they are for the caller to read, and the session settles after that.
 *
 * @throws {RetakeError} the first failure of the replay, whatever the function made of it; what the function throws;
 * else leftovers, when the policy makes them an error, and the replay has settled.
 */
export async function runReplay<T>(scope: SessionScope, fn: SessionBody<T>): Promise<T> {
  const { session } = scope
  const outcome = await settleOf(runSession(scope, fn))
  await untilReplayed(session, outcome.ok && isObject(outcome.value))
  if (session.failure) throw session.failure
  if (!outcome.ok) throw outcome.error
  const leftover = session.settled ? leftoverError(session) : undefined
  if (leftover) throw leftover
  return outcome.value
}

// Waits within the scope: Node makes another context for what follows `AsyncLocalStorage.run`, which each
// open session would hold. What is done about a session that is over is none of its work.
async function runBody<T>(session: SessionState, fn: SessionBody<T>): Promise<T> {
  try {
    const result = await fn(sessionHandle(session))
    runInScope(undefined, returned, session, result)
    return result
  } catch (error) {
    runInScope(undefined, threw, session, error)
    throw error
  }
}

function returned(session: SessionState, result: unknown): void {
  noteResult(session, result)
  finishSession(session, 'finished')
}

function threw(session: SessionState, error: unknown): void {
  session.endReason ??= describeError(error)
  noteThrown(session, error)
  finishSession(session, 'error')
}

// A stream is one, and so is whatever holds one.
function isObject(value: unknown): boolean {
  return typeof value === 'object' ? value !== null : typeof value === 'function'
}

type Settled<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown }

async function settleOf<T>(promise: Promise<T>): Promise<Settled<T>> {
  try {
    return { ok: true, value: await promise }
  } catch (error) {
    return { ok: false, error }
  }
}
