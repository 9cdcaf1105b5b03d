import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { armCheckpointer, type SaverClasses } from './hook-checkpointer.ts'
import { armStore, armStoreQueue, type StoreClasses } from './hook-store.ts'
import { patchMethod, type Method } from './hook.ts'
import { followEvents, followInvoke, followStream } from './read-parts.ts'
import { inArmedGraph } from './unseen-threads.ts'

/** The modules of one copy of `@langchain/langgraph` that are armed or that classes are taken from. */
interface GraphModules {
  /** `@langchain/langgraph/pregel` */
  readonly pregel: object
  /** `@langchain/langgraph`, or `@langchain/langgraph-checkpoint` */
  readonly stores: object
}

/** A compiled graph, as far as it is used here. */
interface Graph {
  readonly checkpointer?: unknown
  readonly store?: unknown
}

interface GraphConfig {
  readonly store?: unknown
  readonly configurable?: Readonly<Record<string, unknown>>
}

type Namespace = Readonly<Record<string, unknown>>
type GraphClasses = SaverClasses & StoreClasses

const PREGEL = '@langchain/langgraph/pregel'
const INDEX = '@langchain/langgraph'
const PREGEL_FILE = /^(.*[\\/]@langchain[\\/]langgraph[\\/]dist[\\/])pregel[\\/]index\.cjs$/

// `validate` comes at the end of compiling; what is compiled earlier is found when it is first used.
const ENTRIES = ['validate', '_streamIterator', 'getState', 'getStateHistory', 'bulkUpdateState']

/**
 * Arms the checkpointers and stores of graphs: those of the copy of langgraph that is imported here, where it is
 * installed, and those of copies that were loaded with `require` so far.
 *
 * An instance is found where a graph comes to it, since subclasses override all that the base classes have.
 */
export function armGraphs(): void {
  for (const modules of [loadOwn(), ...requiredGraphs()]) if (modules) armCopy(modules)
}

function armCopy({ pregel, stores }: GraphModules): void {
  const { Pregel } = pregel as { Pregel?: { readonly prototype: object } }
  const { MemorySaver, InMemoryStore, AsyncBatchedStore } = stores as Namespace
  if (Pregel === undefined || typeof MemorySaver !== 'function') return
  const classes = { MemorySaver, InMemoryStore } as GraphClasses
  if (typeof AsyncBatchedStore === 'function')
    armStoreQueue(AsyncBatchedStore.prototype as object, classes)
  for (const name of ENTRIES)
    patchMethod(Pregel.prototype, name, (original) => armFirst(original, classes))
  patchMethod(Pregel.prototype, 'invoke', followInvoke)
  patchMethod(Pregel.prototype, 'stream', followStream)
  patchMethod(Pregel.prototype, 'streamEvents', followEvents)
}

function armFirst(original: Method, classes: GraphClasses): Method {
  return function (this: object, ...args) {
    for (const given of [this as Graph, ...args.flatMap(configsIn)]) {
      if (given.checkpointer) armCheckpointer(given.checkpointer, classes)
      if (given.store) armStore(given.store, classes)
    }
    return inArmedGraph(original.apply(this, args))
  }
}

function configsIn(arg: unknown): readonly Graph[] {
  if (typeof arg !== 'object' || arg === null) return []
  const { store, configurable } = arg as GraphConfig
  const checkpointer = configurable?.['__pregel_checkpointer']
  return checkpointer === undefined && store === undefined ? [] : [{ checkpointer, store }]
}

let own: GraphModules | undefined

// Node hands out the very modules that `import` gives an app, and at once: no graph may run before it is armed.
function loadOwn(): GraphModules | undefined {
  own ??= attempt(() => {
    const require = createRequire(import.meta.url)
    const load = (name: string) => require(fileURLToPath(import.meta.resolve(name))) as object
    return { pregel: load(PREGEL), stores: load(INDEX) }
  })
  if (own === undefined) void importOwn()
  return own
}

// Where modules cannot be required, such as in a bundle or another runtime.
async function importOwn(): Promise<void> {
  try {
    own = {
      pregel: await import('@langchain/langgraph/pregel'),
      stores: await import('@langchain/langgraph'),
    }
    armCopy(own)
  } catch {
    // It is not installed: there are no graphs.
  }
}

function requiredGraphs(): readonly GraphModules[] {
  const { cache = {} } = createRequire('/') as { cache?: NodeJS.Dict<NodeJS.Module> }
  return Object.keys(cache).flatMap((file) => {
    const folder = PREGEL_FILE.exec(file)?.[1]
    const stores = cache[`${folder}index.cjs`]?.exports as object | undefined
    return folder && stores ? [{ pregel: cache[file]?.exports as object, stores }] : []
  })
}

function attempt<T>(load: () => T): T | undefined {
  try {
    return load()
  } catch {
    return undefined
  }
}
