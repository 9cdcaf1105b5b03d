import { runInScope } from './scope.ts'
import type { Scope } from './running-session.ts'

/**
 * Runs the code of a session with what an adapter puts around it, such as callbacks in its framework's own context.
 *
 * It calls `fn` once, at once, gives back what it returns, and does not throw itself.
 */
export type Attachment = <T>(fn: () => T) => T

// One registry per process: an adapter and the app may load two copies of this package.
const REGISTRY = Symbol.for('retake.attachments.v1')

/**
 * Puts `attach` around the code of every session that is opened from now on.
 *
 * @returns a function that takes it back.
 */
export function registerAttachment(attach: Attachment): () => void {
  const registered = attachments()
  registered.add(attach)
  return () => void registered.delete(attach)
}

/** Enters the scope of a session from outside, with what adapters have registered around `fn`. */
export function enterScope<Args extends unknown[], T>(
  scope: Scope,
  fn: (...args: Args) => T,
  ...args: Args
): T {
  const registered = attachments()
  if (registered.size === 0) return runInScope(scope, fn, ...args)
  let attached = () => fn(...args)
  for (const attach of registered) {
    const inner = attached
    attached = () => attach(inner)
  }
  return runInScope(scope, attached)
}

function attachments(): Set<Attachment> {
  const globals = globalThis as { [REGISTRY]?: Set<Attachment> }
  globals[REGISTRY] ??= new Set()
  return globals[REGISTRY]
}
