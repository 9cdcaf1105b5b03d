import { createRetake, type Retake, type RetakeOptions, type SessionData } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'

/** An instance in memory whose sessions a test can wait for. */
export interface Recorder {
  readonly retake: Retake
  /** Resolves with the session that a response names, when its end is written. */
  readonly ended: (response: Pick<Response, 'headers'>) => Promise<SessionData>
}

/** Creates one in which replays are allowed. */
export function createRecorder(options: RetakeOptions = {}): Recorder {
  const closed = new Map<string, PromiseWithResolvers<void>>()
  const store = createMemoryStore()
  const retake = createRetake({
    environment: { RETAKE_REPLAY_ENABLED: '1' },
    log: false,
    keepEmpty: true,
    ...options,
    store,
    keep({ id }) {
      whenClosed(id).resolve()
      return true
    },
  })

  function whenClosed(id: string): PromiseWithResolvers<void> {
    const existing = closed.get(id) ?? Promise.withResolvers<void>()
    closed.set(id, existing)
    return existing
  }

  async function ended({ headers }: Pick<Response, 'headers'>): Promise<SessionData> {
    const id = headers.get('x-session-id')
    if (id === null) throw new Error('The response names no session.')
    await whenClosed(id).promise
    const data = await store.load(id)
    if (data === undefined) throw new Error(`Session ${id} has ended, but is not stored.`)
    return data
  }

  return { retake, ended }
}
