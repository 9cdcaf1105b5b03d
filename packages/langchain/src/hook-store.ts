import { call, ReplayEscapeError, type CallOptions } from '@retake/core'
import { currentScope, failSession, type Scope } from '@retake/core/adapter'
import { defineHidden, patchMethod } from './hook.ts'

/** One operation on a store of LangGraph. Which one it is shows in its fields. */
type Operation = Readonly<Record<string, unknown>>

interface Store {
  batch(operations: readonly Operation[]): Promise<unknown[]>
}

export interface StoreClasses {
  readonly InMemoryStore: new () => Store
}

interface View {
  /** What the session itself has put or deleted. */
  readonly own: Set<string>
  readonly memory: Store
}

type Batch = Store['batch']
type ToOperation = (...args: never[]) => Operation

const armed = new WeakSet<object>()
const views = new WeakMap<Scope['session'], WeakMap<object, View>>()
// What a graph's queue has taken for its store: it is recorded where it was asked for.
const queued = new WeakSet<object>()

const METHODS: Readonly<Record<string, ToOperation>> = {
  get: (namespace: unknown, key: unknown) => ({ namespace, key }),
  search: (namespacePrefix: unknown, options?: object) => ({ namespacePrefix, ...options }),
  put: (namespace: unknown, key: unknown, value: unknown) => ({ namespace, key, value }),
  delete: (namespace: unknown, key: unknown) => ({ namespace, key, value: null }),
  listNamespaces: (options?: object) => ({ ...options }),
}

/**
 * Gives a store the methods by which each session sees a state of its own, as it does for checkpointers: what is read
 * is recorded, and what a replay writes goes to memory that is dropped with it.
 *
 * @see docs/decisions/0069-a-replay-sees-threads-through-a-view.md
 */
export function armStore(given: unknown, classes: StoreClasses): void {
  const store = storeBeneath(given)
  if (store === undefined || armed.has(store)) return
  if (!Object.isExtensible(store)) return refuseFrozen(store)
  armed.add(store)
  hookBatch(store, classes)
  for (const [name, toOperation] of Object.entries(METHODS)) {
    const original: unknown = Reflect.get(store, name)
    if (typeof original !== 'function') continue
    defineHidden(store, name, async (...args: never[]) => {
      const ask = async () => original.apply(store, args) as unknown
      const scope = recordingScope()
      if (scope === undefined) return ask()
      return perform(toOperation(...args), { scope, view: viewOf(scope, store, classes), ask })
    })
  }
}

function hookBatch(store: Store, classes: StoreClasses): void {
  const original = store.batch.bind(store)
  const batch: Batch = async (operations) => {
    const scope = recordingScope()
    if (scope === undefined || operations.every((operation) => queued.has(operation)))
      return original(operations)
    const view = viewOf(scope, store, classes)
    let results: Promise<unknown[]> | undefined
    // As a whole, as the app asked. Only reads ever get here in a replay, those that go live.
    const ask = (operation: Operation, index: number) =>
      scope.session.isReplay
        ? original([operation]).then(([result]) => result)
        : (results ??= original(operations)).then((all) => all[index])
    return Promise.all(
      operations.map((operation, index) =>
        perform(operation, { scope, view, ask: () => ask(operation, index) }),
      ),
    )
  }
  defineHidden(store, 'batch', batch)
}

/** Has the queue, through which nodes and tools come to their graph's store, record where it is asked. */
export function armStoreQueue(prototype: object, classes: StoreClasses): void {
  patchMethod(
    prototype,
    'enqueueOperation',
    (original) =>
      function (this: object, ...args) {
        const enqueue = original as unknown as (operation: Operation) => Promise<unknown>
        const [operation] = args as readonly unknown[] as readonly [Operation]
        const scope = recordingScope()
        const store = storeBeneath(this)
        queued.add(operation)
        const ask = () => enqueue.call(this, operation)
        if (scope === undefined || store === undefined) return ask()
        return perform(operation, { scope, view: viewOf(scope, store, classes), ask })
      },
  )
}

interface Performance {
  readonly scope: Scope
  readonly view: View
  readonly ask: () => Promise<unknown>
}

async function perform(operation: Operation, { scope, view, ask }: Performance): Promise<unknown> {
  const { isReplay } = scope.session
  if ('value' in operation) {
    view.own.add(keyOf(operation))
    if (!isReplay) return ask()
    await view.memory.batch([operation])
    return undefined
  }
  if ('key' in operation && view.own.has(keyOf(operation)))
    return isReplay ? (await view.memory.batch([operation]))[0] : ask()
  const name = 'key' in operation ? 'get' : 'namespacePrefix' in operation ? 'search' : 'namespaces'
  const about: CallOptions = {
    kind: 'effect',
    name: `store.${name}`,
    request: operation,
    leaf: true,
    missHint: NOT_RECORDED,
  }
  return call(about, async () => (await ask()) ?? null)
}

const NOT_RECORDED =
  'the session holds nothing that was read from the store of a graph: it was recorded by an earlier version. Record it again'

function recordingScope(): Scope | undefined {
  const scope = currentScope()
  return scope?.beneath === 'leaf' ? undefined : scope
}

// Within a graph it is wrapped by a queue.
function storeBeneath(given: unknown): Store | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  const { lg_name: name, store } = given as { lg_name?: unknown; store?: unknown }
  if (name === 'AsyncBatchedStore') return storeBeneath(store)
  return 'batch' in given && typeof given.batch === 'function' ? (given as Store) : undefined
}

function refuseFrozen(store: object): void {
  const session = currentScope()?.session
  if (session === undefined) return
  const { name } = store.constructor
  const what = `the store ${name} of a graph is frozen, so that what is read there cannot be recorded`
  if (!session.isReplay) return session.warn(`store ${name}`, `${what}.`)
  const text = `A replay must not write to the stores of the app, and ${what}.`
  throw failSession(session, new ReplayEscapeError(text))
}

function viewOf({ session }: Scope, store: object, { InMemoryStore }: StoreClasses): View {
  const known = views.get(session) ?? new WeakMap<object, View>()
  views.set(session, known)
  const found = known.get(store) ?? { own: new Set<string>(), memory: new InMemoryStore() }
  known.set(store, found)
  return found
}

function keyOf({ namespace, key }: Operation): string {
  return JSON.stringify([namespace, key])
}
