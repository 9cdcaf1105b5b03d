import { AsyncLocalStorage } from 'node:async_hooks'
import { patchMethod, type Method } from './hook.ts'

type Storage = AsyncLocalStorage<unknown>

/** Looks at who asks for the store of LangChain's context, and gives what they are to be given. */
type Look = (store: unknown, callee: object) => unknown

interface Watched extends Storage {
  readonly [WATCHED]: { readonly real: Storage; known: number }
}

const STORAGE = Symbol.for('ls:tracing_async_local_storage')
const WATCHED = Symbol.for('retake.langchain.storage.v1')

/** The storage that all copies of LangChain in this process keep their context in, once one of them was loaded. */
export function contextStorage(): Storage | undefined {
  const storage = current()
  return storage && isWatched(storage) ? storage[WATCHED].real : storage
}

/**
 * Has `look` see every question for the context that comes from a copy of LangChain which is not known. All copies
 * share one storage, and ask it before they call anything: so none goes unseen.
 *
 * @see docs/decisions/0091-copies-show-themselves.md
 */
export function watchStorage(look: Look): void {
  const real = current()
  if (real === undefined || isWatched(real)) return
  const state = { real, known: 0 }
  const getStore = () => {
    const store = real.getStore()
    return state.known > 0 ? store : look(store, getStore)
  }
  const watched = Object.create(AsyncLocalStorage.prototype, {
    [WATCHED]: { value: state },
  }) as Storage
  Object.assign(watched, {
    getStore,
    run: real.run.bind(real),
    exit: real.exit.bind(real),
    enterWith: real.enterWith.bind(real),
    disable: real.disable.bind(real),
  })
  Reflect.set(globalThis, STORAGE, watched)
}

/** Runs synchronous code of a copy that is known, which is not looked at. */
export function asKnown<T>(fn: () => T): T {
  const storage = current()
  if (storage === undefined || !isWatched(storage)) return fn()
  const state = storage[WATCHED]
  state.known++
  try {
    return fn()
  } finally {
    state.known--
  }
}

/** Has a copy that is known ask past those who look. */
export function knowSingletons(singletons: object | undefined): void {
  const { AsyncLocalStorageProviderSingleton: provider } = (singletons ?? {}) as {
    readonly AsyncLocalStorageProviderSingleton?: object
  }
  if (provider === undefined) return
  patchMethod(provider, 'getInstance', (original): Method => {
    return function (this: object, ...args) {
      const instance = original.apply(this, args) as Storage
      return isWatched(instance) ? instance[WATCHED].real : instance
    }
  })
}

function current(): Storage | undefined {
  return (globalThis as { [STORAGE]?: Storage })[STORAGE]
}

function isWatched(storage: object): storage is Watched {
  return WATCHED in storage
}
