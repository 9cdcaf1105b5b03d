import type { SessionData, Store } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'

/** A store that tells when the session that is written to it has come to its end. */
export interface WatchedStore {
  readonly store: Store
  /** Whether a session was opened. */
  isOpened(): boolean
  /** The session, once its end is written. */
  ended(): Promise<SessionData>
}

/** Makes a store for one replay. */
export function createWatchedStore(): WatchedStore {
  const memory = createMemoryStore()
  const { promise, resolve } = Promise.withResolvers<string>()
  let opened = false

  const store: Store = {
    ...memory,
    open(session) {
      opened = true
      const log = memory.open(session)
      return {
        append(record) {
          log.append(record)
          if (record.type === 'end') resolve(session.id)
        },
        close: () => log.close(),
      }
    },
  }
  return {
    store,
    isOpened: () => opened,
    async ended() {
      const data = await memory.load(await promise)
      if (data === undefined) throw new Error('The session of the replay is gone.')
      return data
    },
  }
}
