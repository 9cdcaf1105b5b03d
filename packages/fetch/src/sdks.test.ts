import { createRetake, type PricedCall, type SessionData, type Usage } from '@retake/core'
import { sumTokens } from '@retake/format'
import { createMemoryStore } from '@retake/core/stores/memory'
import { callsOf } from '@retake/testing'
import { startProvider, type PlannedResponse, type Provider } from '@retake/loopback-provider'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { patchFetch } from './index.ts'
import { CLIENTS } from './testing/clients.ts'
import { watchTimers } from './testing/watch-timers.ts'

const original = globalThis.fetch
patchFetch()
const patched = globalThis.fetch
let attempts = 0
globalThis.fetch = (input, init) => {
  attempts++
  return patched(input, init)
}
afterAll(() => {
  globalThis.fetch = original
})

const NAMES = Object.keys(CLIENTS)

interface Recorded {
  readonly live: unknown
  readonly recording: SessionData
  readonly provider: Provider
}

function createTestRetake() {
  const store = createMemoryStore()
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  return { store, retake: createRetake({ store, log: false, environment, price: priceOf }) }
}

/** A price that depends on all that it is told. */
function priceOf({ provider = '', model = '', usage }: PricedCall): number {
  return provider.length + model.length / 100 + sumTokens(usage) / 1_000_000
}

/** What the last of the counts in a body say. */
function usageIn(body: string): Usage {
  const last = (name: string) =>
    Number([...body.matchAll(new RegExp(`"${name}":(\\d+)`, 'g'))].at(-1)?.[1] ?? 0)
  const cached = last('cached_tokens') + last('cache_read_input_tokens')
  const reasoning = last('reasoning_tokens') + last('thinking_tokens')
  return {
    inputTokens: last('prompt_tokens') + last('input_tokens') - last('cached_tokens'),
    outputTokens: last('completion_tokens') + last('output_tokens') - reasoning,
    cachedInputTokens: cached,
    reasoningTokens: reasoning,
  }
}

/** Records what a client asks, and stops the provider. */
async function record(name: string, ...planned: PlannedResponse[]): Promise<Recorded> {
  const provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
  for (const response of planned) provider.plan(response)
  const { store, retake } = createTestRetake()
  const { id, live } = await retake.session(async (session) => ({
    id: session.id,
    live: await CLIENTS[name]?.(provider.url),
  }))
  await provider.close()
  const recording = JSON.parse(JSON.stringify(await store.load(id))) as SessionData
  return { live, recording, provider }
}

describe.each(NAMES)('%s', (name) => {
  it('is recorded, and answered the same again without a provider', async () => {
    const { live, recording, provider } = await record(name)
    const { retake } = createTestRetake()

    const replayed = await retake.replay(recording, async () => CLIENTS[name]?.(provider.url))

    expect(JSON.parse(JSON.stringify(replayed))).toEqual(JSON.parse(JSON.stringify(live)))
    expect(callsOf(recording).map(({ kind }) => kind)).toEqual(['http'])
    expect(provider.calls.total).toBe(1)
    expect(JSON.stringify(recording)).not.toContain('sk-none-of-anybodys')
  })

  it('tells which model was asked, how many tokens it took, and what they cost', async () => {
    const { recording } = await record(name)

    const [call] = callsOf(recording)
    const body = call?.outcome?.stream?.parts.filter((part) => typeof part === 'string').join('')
    const used = usageIn(body ?? '')
    const { usage = {}, costUsd, model = '', provider } = call ?? {}
    const known = name.endsWith('embeddings') ? { inputTokens: used.inputTokens } : used
    expect(usage).toEqual(known)
    expect(sumTokens(usage)).toBeGreaterThan(5)
    expect(model).toMatch(/^(?:gpt-5|text-embedding-3-small|claude-haiku-4-5)$/)
    expect(provider).toBe('127.0.0.1')
    expect(costUsd).toBe(priceOf({ provider: '127.0.0.1', model, usage }))
    expect(recording.end?.totals).toMatchObject({ usage, costUsd, kinds: { http: 1 } })
  })

  it('fails at once when there is no recording, and asks once', async () => {
    const { recording, provider } = await record(name)
    const { retake } = createTestRetake()
    const emptied = { ...recording, events: [] }
    let message: string | undefined
    attempts = 0

    const outcome = retake.replay(emptied, async () => {
      try {
        await CLIENTS[name]?.(provider.url)
      } catch (error) {
        message = String(error)
      }
    })

    await expect(outcome).rejects.toMatchObject({ code: 'REPLAY_MISS' })
    expect(attempts).toBe(1)
    // `streamText` tells its errors elsewhere.
    if (!/^ai-sdk .* streamed$/.test(name)) expect(message).toContain('no recording for http POST')
  })
})

describe('a client that was told to wait', () => {
  const recorded = new Map<string, Recorded>()

  // All at once: they wait for real.
  beforeAll(async () => {
    const limit = { type: 'rate-limit', retryAfterSeconds: 1 } as const
    await Promise.all(NAMES.map(async (name) => recorded.set(name, await record(name, limit))))
  })

  it.each(NAMES)('tries again in a replay as it did, without the wait: %s', async (name) => {
    const { live, recording, provider } = recorded.get(name)!
    const { retake } = createTestRetake()
    const timers = watchTimers()

    const replayed = await retake.replay(recording, async () => CLIENTS[name]?.(provider.url))

    const waits = timers.stop()
    expect(JSON.parse(JSON.stringify(replayed))).toEqual(JSON.parse(JSON.stringify(live)))
    expect(provider.calls.total).toBe(2)
    // How long SDKs wait before they try again: as the provider says, or half a second to two.
    expect(waits.filter((ms) => ms >= 400 && ms <= 2000)).toEqual([])
  })
})
