import {
  createRetake,
  type ReplayOptions,
  type ReplayReport,
  type RetakeOptions,
  type Session,
  type SessionData,
} from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { callsOf } from '@retake/core/testing'
import { startProvider, type Provider, type ProviderOptions } from '@retake/loopback-provider'
import { expect } from 'vitest'
import { comparable } from './comparable.ts'

export interface Rehearsal<T> {
  readonly live: T
  readonly replayed: T
  /** Calls that reached the provider. */
  readonly calls: number
  /** The recorded session. */
  readonly recording: SessionData
  /** The log of the replay. */
  readonly replay: SessionData
  readonly report: ReplayReport
}

export interface RehearsalOptions {
  readonly provider?: ProviderOptions
  readonly retake?: RetakeOptions
  readonly replay?: ReplayOptions
}

/**
 * Records `run` with a provider that listens, stops the provider, and replays `run` from JSON text. A call
 * that is not served has nobody to answer it.
 */
export async function rehearse<T>(
  run: (provider: Provider) => Promise<T>,
  options: RehearsalOptions = {},
): Promise<Rehearsal<T>> {
  const provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0, ...options.provider })
  const store = createMemoryStore()
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  const retake = createRetake({ store, log: false, environment, ...options.retake })
  const perform = async (session: Session) => ({ session, result: await run(provider) })

  async function load({ id }: Session): Promise<SessionData> {
    const data = await store.load(id)
    return JSON.parse(JSON.stringify(data)) as SessionData
  }

  const live = await retake.session(perform)
  await live.session.settled
  await provider.close()
  const recording = await load(live.session)
  const replayed = await retake.replay(recording, perform, options.replay)
  const report = replayed.session.report()
  if (report === undefined) throw new TypeError('A replay has a report.')
  return {
    live: live.result,
    replayed: replayed.result,
    calls: provider.calls.total,
    recording,
    replay: await load(replayed.session),
    report,
  }
}

/** Like `rehearse`, and asserts what holds for every replay: all was served, and all came out the same. */
export async function expectSameAgain<T>(
  run: (provider: Provider) => Promise<T>,
  options?: RehearsalOptions,
): Promise<Rehearsal<T>> {
  const rehearsal = await rehearse(run, options)
  const { live, replayed, recording, replay, report } = rehearsal
  expect(comparable(replayed)).toStrictEqual(comparable(live))
  expect(callsOf(recording)).not.toHaveLength(0)
  expect(report.status).toBe('ok')
  expect(callsOf(replay).filter(({ served }) => served && served.tier !== 'exact')).toStrictEqual(
    [],
  )
  return rehearsal
}
