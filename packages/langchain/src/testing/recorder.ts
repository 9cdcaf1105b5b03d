import { createMemoryStore } from '@retake/core/stores/memory'
import { createRetake, type Session, type SessionData } from '@retake/core'
import { expect } from 'vitest'
import { comparable } from './comparable.ts'

/** A session that was recorded, with the code that ran in it and what came of that. */
export interface Recorded<T> {
  readonly id: string
  readonly live: T
  readonly run: () => Promise<T>
}

export interface Recorder {
  record<T>(this: void, run: () => Promise<T>): Promise<Recorded<T>>
  /** Replays a session in this process, and asserts that all was served and came out the same. */
  expectSame<T>(this: void, recorded: Recorded<T>): Promise<void>
  load(this: void, id: string): Promise<SessionData>
}

/** Records sessions one after the other, as a server does, and replays any of them later. */
export function createRecorder(): Recorder {
  const retake = createRetake({
    store: createMemoryStore(),
    log: false,
    environment: { RETAKE_REPLAY_ENABLED: '1' },
  })
  const perform =
    <T>(run: () => Promise<T>) =>
    async (session: Session) => ({ session, result: await run() })

  return {
    async record(run) {
      const { session, result } = await retake.session(perform(run))
      await session.settled
      return { id: session.id, live: result, run }
    },
    async expectSame({ id, live, run }) {
      const { session, result } = await retake.replay(id, perform(run), { match: 'strict' })
      expect(comparable(result)).toStrictEqual(comparable(live))
      await session.settled
      expect(session.report()?.status).toBe('ok')
    },
    load: async (id) => JSON.parse(JSON.stringify(await retake.store.load(id))) as SessionData,
  }
}
