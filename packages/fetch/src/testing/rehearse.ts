import {
  createRetake,
  type ReplayOptions,
  type ReplayReport,
  type RetakeOptions,
  type Session,
  type SessionData,
} from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { startUpstream, type Listener } from './upstream.ts'

export interface Rehearsal<T> {
  readonly live: T
  readonly replayed: T
  /** Requests that reached the server, while it was recorded and replayed. */
  readonly requests: number
  readonly recording: SessionData
  readonly report: ReplayReport
}

export interface RehearsalOptions {
  readonly retake?: RetakeOptions
  readonly replay?: ReplayOptions
}

/** Records `run` with a server that listens, stops the server, and replays `run` from JSON text. */
export async function rehearse<T>(
  listener: Listener,
  run: (url: string) => Promise<T>,
  options: RehearsalOptions = {},
): Promise<Rehearsal<T>> {
  const upstream = await startUpstream(listener)
  const store = createMemoryStore()
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  const retake = createRetake({ store, log: false, environment, ...options.retake })
  const perform = async (session: Session) => ({ session, result: await run(upstream.url) })

  const live = await retake.session(perform)
  await live.session.settled
  await upstream.close()
  const recording = JSON.parse(JSON.stringify(await store.load(live.session.id))) as SessionData
  const replayed = await retake.replay(recording, perform, options.replay)
  const report = replayed.session.report()
  if (report === undefined) throw new TypeError('A replay has a report.')
  return {
    live: live.result,
    replayed: replayed.result,
    requests: upstream.requests,
    recording,
    report,
  }
}
