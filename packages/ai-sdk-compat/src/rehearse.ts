import {
  createRetake,
  type ReplayOptions,
  type RetakeOptions,
  type Session,
  type SessionData,
  type Store,
} from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { startProvider, type ProviderOptions } from '@retake/loopback-provider'
import { comparable } from './comparable.ts'
import { createKit } from './kit.ts'
import type { Line } from './line.ts'
import type { Major } from './majors.ts'
import type { Route } from './routes.ts'
import type { Scenario } from './scenario.ts'

/** A scenario on its stage. */
export interface Production {
  readonly scenario: Scenario
  readonly major: Major
  readonly line: Line
  readonly route: Route
}

export interface StageOptions {
  readonly provider?: ProviderOptions
  readonly retake?: RetakeOptions
  readonly replay?: ReplayOptions
  /** What the SDK goes to the provider with. */
  readonly fetch?: typeof fetch
}

/** What a run has come to. */
export interface Performance {
  /** The result, as plain data. */
  readonly result: unknown
  /** Calls that reached the provider. */
  readonly calls: number
  /** How often something ran that is ours. */
  readonly runs: number
  /** The log of the session, as it is stored. */
  readonly session: SessionData
}

/** Records a scenario live. */
export async function record(
  production: Production,
  options: StageOptions = {},
): Promise<Performance> {
  const stage = await setStage(production, options)
  const store = createMemoryStore()
  const retake = createRetake({ store, log: false, ...options.retake })
  const { session, result } = await retake.session(stage.perform)
  await session.settled
  await stage.close()
  return { result, ...stage.counts(), session: await load(store, session) }
}

/** Replays a recorded scenario from its text alone, beside a provider that hears each call that goes out. */
export async function replay(
  production: Production,
  recording: SessionData,
  options: StageOptions = {},
): Promise<Performance> {
  const stage = await setStage(production, options)
  const store = createMemoryStore()
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  const retake = createRetake({ store, log: false, environment, ...options.retake })
  const source = JSON.parse(JSON.stringify(recording)) as SessionData
  try {
    const { session, result } = await retake.replay(source, stage.perform, options.replay)
    return { result, ...stage.counts(), session: await load(store, session) }
  } finally {
    await stage.close()
  }
}

async function setStage({ scenario, major, line, route }: Production, options: StageOptions) {
  const pace = { thinkMs: 0, chunkDelayMs: 0 }
  const provider = await startProvider({ ...pace, ...scenario.provider, ...options.provider })
  let runs = 0
  const { fetch } = options
  const ran = () => ++runs
  const kit = createKit({ major, line, route, provider, ran, ...(fetch ? { fetch } : {}) })
  return {
    perform: async (session: Session) => ({ session, result: comparable(await scenario.run(kit)) }),
    counts: () => ({ calls: provider.calls.total, runs }),
    close: () => provider.close(),
  }
}

async function load(store: Store, { id }: Session): Promise<SessionData> {
  const data = await store.load(id)
  return data ?? Promise.reject(new Error(`Session ${id} is not in the store.`))
}
