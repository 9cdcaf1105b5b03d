import { currentScope, runInScope, type Scope } from '@retake/core/adapter'

const watched = new WeakMap<Scope, () => void>()

/**
 * Runs an execution of a tool in `scope`, and tells whether it came to a tool of ours there.
 *
 * The scope is a copy, so that no two executions share it.
 */
export async function watchExecution<T>(
  scope: Scope,
  execute: () => PromiseLike<T>,
): Promise<{ readonly result: T; readonly isOurs: boolean }> {
  const own = { ...scope }
  let isOurs = false
  watched.set(own, () => {
    isOurs = true
  })
  const result = await runInScope(own, execute)
  return { result, isOurs }
}

/** Called by a tool of ours when it is executed. */
export function noteExecution(): void {
  const scope = currentScope()
  if (scope) watched.get(scope)?.()
}
