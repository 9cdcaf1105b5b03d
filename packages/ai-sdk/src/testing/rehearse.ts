import {
  createRetake,
  type ReplayOptions,
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
}

export interface RehearsalOptions {
  provider?: ProviderOptions
  retake?: RetakeOptions
  replay?: ReplayOptions
}

/**
 * Records `run` with a provider that listens, stops the provider, and replays `run` from the store, which
 * keeps sessions as JSON text. A call that is not served has nobody to answer it.
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
    return data ?? Promise.reject(new Error(`Session ${id} is not in the store.`))
  }

  const live = await retake.session(perform)
  await live.session.settled
  await provider.close()
  const replayed = await retake.replay(live.session.id, perform, options.replay)
  return {
    live: live.result,
    replayed: replayed.result,
    calls: provider.calls.total,
    recording: await load(live.session),
    replay: await load(replayed.session),
  }
}

/** Like `rehearse`, and asserts what holds for every replay: all was served, and all came out the same. */
export async function expectSameAgain<T>(
  run: (provider: Provider) => Promise<T>,
  options?: RehearsalOptions,
): Promise<Rehearsal<T>> {
  const rehearsal = await rehearse(run, options)
  const { live, replayed, recording, replay } = rehearsal
  expect(comparable(replayed)).toStrictEqual(comparable(live))
  expect(callsOf(recording)).not.toHaveLength(0)
  expect(callsOf(replay).filter(({ served }) => served?.tier !== 'exact')).toStrictEqual([])
  return rehearsal
}
