import type { ErrorFamily } from './error-family.ts'

/**
 * Gives a decoded error the class it had, where it knows it; else returns `undefined`.
 *
 * `className` is text from a recording: it may be looked up among classes that are known, and nowhere else.
 */
export type ErrorReviver = (
  error: Error,
  family: ErrorFamily,
  className: string,
) => Error | undefined

// One registry per process: an adapter and the app may load two copies of this package.
const REGISTRY = Symbol.for('retake.revivers.v1')

/**
 * Lets an adapter turn decoded errors into those of its SDK, for instance by setting their prototype.
 *
 * @returns a function that takes the reviver back.
 */
export function registerErrorReviver(revive: ErrorReviver): () => void {
  const registered = revivers()
  registered.add(revive)
  return () => void registered.delete(revive)
}

/** Asks the registered revivers in turn; the first that knows the error decides. */
export function reviveError(error: Error, family: ErrorFamily, className: string): Error {
  for (const revive of revivers()) {
    const revived = revive(error, family, className)
    if (revived) return revived
  }
  return error
}

function revivers(): Set<ErrorReviver> {
  const globals = globalThis as { [REGISTRY]?: Set<ErrorReviver> }
  globals[REGISTRY] ??= new Set()
  return globals[REGISTRY]
}
