import type { SessionData } from '@retake/format'
import { type SessionLog, type Store, createMemoryStore } from '@retake/store'

/** A store in memory that tells what is done with it. */
export interface ObservedStore extends Store {
  /** Sessions that were looked up so far. */
  readonly loaded: readonly string[]
  /** Resolves with a session when its end is written. */
  ended(id: string): Promise<SessionData>
}

/** Creates a store that a test can wait on. */
export function createObservedStore(): ObservedStore {
  const store = createMemoryStore()
  const loaded: string[] = []
  const done = new Set<string>()
  const waiting = new Map<string, (() => void)[]>()

  function markEnded(id: string): void {
    done.add(id)
    for (const resolve of waiting.get(id) ?? []) resolve()
  }

  function whenEnded(id: string): Promise<void> {
    if (done.has(id)) return Promise.resolve()
    return new Promise((resolve) => {
      waiting.set(id, [...(waiting.get(id) ?? []), resolve])
    })
  }

  function observe(id: string, log: SessionLog): SessionLog {
    return {
      append(record) {
        log.append(record)
        if (record.type === 'end') markEnded(id)
      },
      close: () => log.close(),
    }
  }

  return {
    ...store,
    loaded,
    open: (session) => observe(session.id, store.open(session)),
    load(id) {
      loaded.push(id)
      return store.load(id)
    },
    async ended(id) {
      await whenEnded(id)
      const data = await store.load(id)
      if (data === undefined) throw new Error(`Session ${id} has ended, but is not stored.`)
      return data
    },
  }
}
