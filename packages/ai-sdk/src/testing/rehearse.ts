import { startProvider, type Provider, type ProviderOptions } from '@retake/loopback-provider'
import {
  callsOf,
  rehearseAgainst,
  type AnsweredRehearsal as Rehearsal,
  type RehearsalOptions as RehearsedOptions,
} from '@retake/testing'
import { expect } from 'vitest'
import { comparable } from './comparable.ts'

export interface RehearsalOptions extends Omit<RehearsedOptions, 'stop'> {
  readonly provider?: ProviderOptions
}

/** Records `run` with a provider that listens, stops the provider, and replays `run`. */
export async function rehearse<T>(
  run: (provider: Provider) => Promise<T>,
  { provider: pace, ...options }: RehearsalOptions = {},
): Promise<Rehearsal<T>> {
  const provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0, ...pace })
  return rehearseAgainst(provider, run, options)
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
