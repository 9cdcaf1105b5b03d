import { AsyncLocalStorage } from 'node:async_hooks'
import type { Scope } from './running-session.ts'
import type { SessionScope } from './session-state.ts'

const KEY = Symbol.for('retake.scope.v1')

// One storage per process: an app may load two copies of this package, and they must see one session.
const storage = resolveStorage()

function resolveStorage(): AsyncLocalStorage<Scope | undefined> {
  const holder = globalThis as { [KEY]?: AsyncLocalStorage<Scope | undefined> }
  return (holder[KEY] ??= new AsyncLocalStorage<Scope | undefined>())
}

/** The scope of the running code. Read it when a call is made, never later, inside a generator or a queue. */
export function currentScope(): Scope | undefined {
  return storage.getStore()
}

/** The same, as core knows it. */
export function currentSessionScope(): SessionScope | undefined {
  // Whoever enters a scope was given it by core.
  return storage.getStore() as SessionScope | undefined
}

/** Runs `fn` in `scope`; with `undefined`, outside of any. */
export function runInScope<Args extends unknown[], T>(
  scope: Scope | undefined,
  fn: (...args: Args) => T,
  ...args: Args
): T {
  // To ask costs a tenth of what entering costs, and lazy work is often done where it belongs already.
  return storage.getStore() === scope ? fn(...args) : storage.run(scope, fn, ...args)
}

/**
 * A function that runs others in `scope`, and in all other contexts of this moment. For what runs often, since
 * entering a scope costs several times as much.
 *
 * @see docs/decisions/0018-streams-run-in-the-context-of-their-call.md
 */
export function bindScope(scope: Scope | undefined): <T>(fn: () => T) => T {
  return runInScope(scope, () => AsyncLocalStorage.snapshot())
}
