import type { SessionData } from '@retake/format'
import type { Store } from '@retake/store'
import { checkData } from './check-data.ts'
import { checkReplayable } from './check-replayable.ts'
import type { ReplayOptions } from '../session/replay-options.ts'

/** A session that is at hand in this process, whatever the store of an instance holds. */
export interface ShelvedSession {
  readonly data: SessionData
  /** What its replays do where the request, or the code, that asks for one does not say. */
  readonly options?: ReplayOptions
  /**
   * Where its replays are kept, with their reports, which are not logged then. By default that is the store of the
   * instance that replays it.
   */
  readonly store?: Store
}

const SHELF = Symbol.for('retake.shelf.v1')

/**
 * Puts a session at hand: until what is returned is called, `X-Replay: <its id>` and `retake.replay(<its id>)`
 * find it in every instance of this process. It is how a test replays a committed cassette through a server that
 * knows nothing of it. The gate has to be open all the same.
 *
 * @throws {RetakeError} `REPLAY_INVALID_SESSION`, `REPLAY_SESSION_EXPIRED` or `REPLAY_NO_SNAPSHOTS` when it cannot
 * be replayed.
 * @see docs/decisions/0053-requests-are-sent-again-in-process.md
 */
export function shelve(shelved: ShelvedSession): () => void {
  const data = checkData(shelved.data)
  checkReplayable(data)
  const { id } = data.session
  const sessions = shelf()
  const before = sessions.get(id)
  sessions.set(id, shelved)
  return () => {
    if (sessions.get(id) !== shelved) return
    if (before) sessions.set(id, before)
    else sessions.delete(id)
  }
}

/** The session at hand with this id. */
export function shelvedSession(id: string): ShelvedSession | undefined {
  return shelf().get(id)
}

// One per process: an app may load two copies of this package, and a test a third.
function shelf(): Map<string, ShelvedSession> {
  const holder = globalThis as { [SHELF]?: Map<string, ShelvedSession> }
  const sessions = holder[SHELF] ?? new Map<string, ShelvedSession>()
  holder[SHELF] = sessions
  return sessions
}
