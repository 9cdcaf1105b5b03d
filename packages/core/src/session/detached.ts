import { runInScope } from './scope.ts'

/**
 * Runs `fn` outside of any session, for work that outlives the request which happens to start it: a worker, a timer that
 * repeats, a pool of connections, a subscription. What it starts belongs to no session, and may open sessions of its own.
 *
 * ```ts
 * worker ??= detached(() => setInterval(() => void retake.session(poll), 1000))
 * ```
 *
 * In a replay it runs too, and what it calls is called for real, as it is for all code outside of sessions.
 *
 * @returns what `fn` returns.
 */
export function detached<T>(fn: () => T): T {
  return runInScope(undefined, fn)
}
