import type { SessionData, ReplayReport } from '@retake/format'
import { createMemoryStore } from '@retake/store'
import { type RetakeOptions, createRetake, type Session, type ReplayOptions } from '@retake/core'

/** What came of some code, live and replayed. */
export interface Rehearsal<T> {
  readonly live: T
  readonly replayed: T
  /** The recorded session. */
  readonly recording: SessionData
  /** The log of the replay. */
  readonly replay: SessionData
  readonly report: ReplayReport
}

export interface RehearsalOptions {
  readonly retake?: RetakeOptions
  readonly replay?: ReplayOptions
  /** Stops what answers, when all is recorded: a call that is not served has nobody to answer it then. */
  readonly stop?: () => Promise<void>
}

/** Records `run`, and replays it from the JSON text of the session. */
export async function rehearse<T>(
  run: () => Promise<T>,
  { retake: options, replay: replayOptions, stop }: RehearsalOptions = {},
): Promise<Rehearsal<T>> {
  const store = createMemoryStore()
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  const retake = createRetake({ store, log: false, environment, ...options })
  const perform = async (session: Session) => ({ session, result: await run() })

  async function load({ id }: Session): Promise<SessionData> {
    return JSON.parse(JSON.stringify(await store.load(id))) as SessionData
  }

  const live = await retake.session(perform)
  await live.session.settled
  await stop?.()
  const recording = await load(live.session)
  const replayed = await retake.replay(recording, perform, replayOptions)
  const report = replayed.session.report()
  if (report === undefined) throw new TypeError('A replay has a report.')
  return {
    live: live.result,
    replayed: replayed.result,
    recording,
    replay: await load(replayed.session),
    report,
  }
}

/** What answers while code is recorded, such as a provider on the loopback interface. */
export interface Answering {
  /** Calls that reached it. */
  readonly calls: { readonly total: number }
  close(): Promise<void>
}

/** What came of code that asks somebody. */
export interface AnsweredRehearsal<T> extends Rehearsal<T> {
  /** Calls that reached who answers. */
  readonly calls: number
}

/** Records `run` while `answering` answers, stops that, and replays `run`: who is asked now has nobody to answer. */
export async function rehearseAgainst<A extends Answering, T>(
  answering: A,
  run: (answering: A) => Promise<T>,
  options: Omit<RehearsalOptions, 'stop'> = {},
): Promise<AnsweredRehearsal<T>> {
  const stop = () => answering.close()
  const rehearsal = await rehearse(() => run(answering), { ...options, stop })
  return { ...rehearsal, calls: answering.calls.total }
}
