import { AsyncLocalStorage } from 'node:async_hooks'

/** A call of LangChain that is about to be made, and is going to be recorded or served. */
export interface Coverage {
  readonly kind: 'model' | 'tool' | 'retriever'
  /** Options of a model's call. */
  readonly options?: unknown
}

const KEY = Symbol.for('retake.langchain.coverage.v1')

// One storage per process: a handler and the hooks it looks for may come from two copies of this package.
const storage = resolveStorage()

function resolveStorage(): AsyncLocalStorage<Coverage> {
  const holder = globalThis as { [KEY]?: AsyncLocalStorage<Coverage> }
  return (holder[KEY] ??= new AsyncLocalStorage<Coverage>())
}

/** Runs code of LangChain in the knowledge that the call it makes is recorded or served. */
export function inCoverage<T>(coverage: Coverage, fn: () => T): T {
  return storage.run(coverage, fn)
}

/** What is covered of the call that is being made. */
export function currentCoverage(): Coverage | undefined {
  return storage.getStore()
}
