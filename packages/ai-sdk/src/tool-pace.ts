import { currentScope, macrotask, type Scope } from '@retake/core/adapter'
import { isPromiseLike } from './promise-like.ts'

/** Who hands out results of tools in a session, in the macrotask that runs. */
interface Pace {
  /** Tools with preliminary results that are not done yet. */
  open: number
  /** Whose results this macrotask is for; `undefined` as long as it is for nobody's. */
  owner: object | undefined
  readonly waiting: { readonly owner: object; readonly resolve: () => void }[]
}

const NOBODY = {}

const paces = new WeakMap<Scope['session'], Pace>()

/**
 * Gives each tool a macrotask of its own to hand out results in, while one with preliminary results runs.
 *
 * Of two tools that have something in the same macrotask, the order in which it shows depends on how many
 * promises the SDK puts between, and preliminary results take the shorter way. A replay, which hands out one result
 * per macrotask, could not keep that order. Without preliminary results nothing waits.
 */
export function paceOutcome(outcome: unknown): unknown {
  const session = currentScope()?.session
  if (session === undefined) return outcome
  const pace = paces.get(session) ?? createPace()
  paces.set(session, pace)
  if (isAsyncIterable(outcome)) return paceIterable(pace, outcome)
  return isPromiseLike(outcome) ? pacePromise(pace, outcome) : outcome
}

function createPace(): Pace {
  return { open: 0, owner: undefined, waiting: [] }
}

async function pacePromise(pace: Pace, promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await promise
  } finally {
    if (pace.open > 0) await turn(pace, promise)
  }
}

// Not a generator: one that is closed before it has begun would not close its source.
function paceIterable(pace: Pace, source: AsyncIterable<unknown>): AsyncIterable<unknown> {
  pace.open++
  // In the macrotask in which it begins, another tool may have handed out something already.
  if (pace.owner === undefined) take(pace, NOBODY)
  else pace.owner = NOBODY
  let isOpen = true

  function close(): void {
    if (isOpen) pace.open--
    isOpen = false
  }

  async function step(next: Promise<IteratorResult<unknown>>): Promise<IteratorResult<unknown>> {
    try {
      const result = await next
      await turn(pace, source)
      if (result.done) close()
      return result
    } catch (error) {
      await turn(pace, source)
      close()
      throw error
    }
  }

  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]()
      return {
        next: () => step(iterator.next()),
        async return(value: unknown) {
          close()
          return (await iterator.return?.(value)) ?? { done: true, value }
        },
      }
    },
  }
}

function turn(pace: Pace, owner: object): Promise<void> | undefined {
  if (pace.owner === owner) return undefined
  if (pace.owner !== undefined)
    return new Promise((resolve) => void pace.waiting.push({ owner, resolve }))
  take(pace, owner)
  return undefined
}

function take(pace: Pace, owner: object): void {
  pace.owner = owner
  macrotask(() => {
    pace.owner = undefined
    const next = pace.waiting.shift()
    if (next === undefined) return
    take(pace, next.owner)
    next.resolve()
  })
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
