import { AsyncCaller } from '@langchain/core/utils/async_caller'
import { createRetake, recorded } from '@retake/core'
import { runInScope } from '@retake/core/adapter'
import { createMemoryStore } from '@retake/core/stores/memory'
import { backOff } from 'exponential-backoff'
import pRetry from 'p-retry'
import pRetry4 from 'p-retry-4'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { retakeFetch } from './index.ts'
import { rehearse, type RehearsalOptions } from './testing/rehearse.ts'
import { startUpstream, type Listener } from './testing/upstream.ts'
import { watchTimers } from './testing/watch-timers.ts'

// Less than what anything else waits for here.
const BACK_OFF_MS = 150
// More than that, and never reached.
const TIME_OUT_MS = 60_000

const fetch = retakeFetch()
const realSetTimeout = globalThis.setTimeout

afterEach(() => {
  vi.useRealTimers()
  globalThis.setTimeout = realSetTimeout
})

type Attempt = () => Promise<unknown>

const LIBRARIES: Readonly<Record<string, (attempt: Attempt) => Promise<unknown>>> = {
  'p-retry': (attempt) => pRetry(attempt, { minTimeout: BACK_OFF_MS, retries: 2 }),
  retry: (attempt) => pRetry4(attempt, { minTimeout: BACK_OFF_MS, retries: 2 }),
  'exponential-backoff': (attempt) => backOff(attempt, { startingDelay: BACK_OFF_MS }),
  '@langchain/core': (attempt) => new AsyncCaller({ maxRetries: 2 }).call(attempt),
}
const persist = LIBRARIES['p-retry']!

/** Answers each path with a failure at first, and well from then on. */
function failingFirst(fail: Listener = (_request, response) => response.writeHead(500).end()) {
  const asked = new Set<string | undefined>()
  const listener: Listener = (request, response) => {
    if (asked.has(request.url)) return response.end(`answer of ${request.url}`)
    asked.add(request.url)
    return fail(request, response)
  }
  return listener
}

async function ask(url: string): Promise<string> {
  const response = await fetch(url)
  const text = await response.text()
  if (!response.ok) throw new Error(`status ${response.status}`)
  return text
}

/** Work that no session records, which fails at first. */
function failOnce(): Attempt {
  let hasFailed = false
  return async () => {
    if (hasFailed) return
    hasFailed = true
    throw new Error('not yet')
  }
}

function createTestRetake() {
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  return createRetake({ store: createMemoryStore(), log: false, environment })
}

/** How long the waits are before further attempts. */
const backOffs = (timers: readonly number[]) =>
  timers.filter((ms) => ms >= BACK_OFF_MS && ms < TIME_OUT_MS)

/** Records and replays `run`, and tells of both how long the timers were. */
async function timersOf(
  listener: Listener,
  run: (url: string) => Promise<unknown>,
  options?: RehearsalOptions,
) {
  const { live, replayed, ...rest } = await rehearse(
    listener,
    async (url) => {
      const timers = watchTimers()
      const value = await run(url).finally(() => timers.stop())
      return { value, timers: timers.stop() }
    },
    options,
  )
  expect(replayed.value).toEqual(live.value)
  expect(globalThis.setTimeout).toBe(realSetTimeout)
  return { live: live.timers, replayed: replayed.timers, ...rest }
}

describe.each(Object.keys(LIBRARIES))('%s', (name) => {
  it('tries again in a replay without waiting', async () => {
    const { live, replayed, requests } = await timersOf(failingFirst(), (url) =>
      LIBRARIES[name]!(() => ask(url)),
    )

    expect(requests).toBe(2)
    expect(backOffs(live)).toHaveLength(1)
    expect(backOffs(replayed)).toEqual([])
  })
})

const sleep = (ms: number) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

// The app reads the header, and waits for just so long.
it.each([
  ['retry-after', '0.2', 200],
  ['retry-after-ms', '250', 250],
])('does not wait for as long as %s: %s says', async (name, value, ms) => {
  const fail: Listener = (_request, response) => response.writeHead(429, { [name]: value }).end()
  const { live, replayed } = await timersOf(failingFirst(fail), async (url) => {
    const response = await fetch(url)
    const told = Number(response.headers.get(name))
    await sleep(name === 'retry-after' ? told * 1000 : told)
    return ask(url)
  })

  expect(backOffs(live)).toEqual([ms])
  expect(backOffs(replayed)).toEqual([])
})

it.each<[string, Listener]>([
  ['a status of the client', (_request, response) => response.writeHead(404).end()],
  ['a connection that fails', (request) => request.socket.destroy()],
  [
    'a connection that breaks',
    (request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('abc', () => setImmediate(() => request.socket.destroy()))
    },
  ],
])('does not wait after %s', async (_what, fail) => {
  const { live, replayed } = await timersOf(failingFirst(fail), (url) => persist(() => ask(url)))

  expect(backOffs(live)).toHaveLength(1)
  expect(backOffs(replayed)).toEqual([])
})

it('does not wait after a request that the app gave up', async () => {
  const hang: Listener = () => {}
  const { live, replayed } = await timersOf(failingFirst(hang), (url) =>
    persist(async () => {
      const abort = new AbortController()
      const timer = setTimeout(() => abort.abort(new Error('too slow')), 50)
      const response = await fetch(url, { signal: abort.signal })
      clearTimeout(timer)
      return response.text()
    }),
  )

  expect(backOffs(live)).toHaveLength(1)
  expect(backOffs(replayed)).toEqual([])
})

it('waits for none of several that fail at a time', async () => {
  const paths = ['a', 'b', 'c', 'd']
  const { live, replayed } = await timersOf(failingFirst(), (url) =>
    Promise.all(paths.map((path) => persist(() => ask(`${url}/${path}`)))),
  )

  expect(backOffs(live)).toHaveLength(4)
  expect(backOffs(replayed)).toEqual([])
})

it('leaves all other timers of the session alone', async () => {
  const { replayed } = await timersOf(failingFirst(), async (url) => {
    const timers = new Set<NodeJS.Timeout>()
    const startTimeout = () => timers.add(setTimeout(() => {}, TIME_OUT_MS))
    const attempt = () => {
      // The library is in the stack.
      startTimeout()
      return ask(`${url}/a`).finally(startTimeout)
    }
    const beside = async () => {
      await promisify(setTimeout)(BACK_OFF_MS)
      return ask(`${url}/b`).finally(startTimeout)
    }
    const answers = await Promise.all([persist(attempt), persist(beside)])
    for (const timer of timers) clearTimeout(timer)
    return answers
  })

  expect(replayed.filter((ms) => ms === TIME_OUT_MS)).toHaveLength(6)
  expect(backOffs(replayed)).toEqual([BACK_OFF_MS, BACK_OFF_MS])
})

it.each<[string, (run: () => Promise<void>) => Promise<void>]>([
  ['in another session', (run) => runInScope(undefined, () => createTestRetake().session(run))],
  ['outside of sessions', (run) => runInScope(undefined, run)],
  ['in a tool that runs for real', recorded('tool', 'live', (run) => run(), { policy: 'live' })],
])('waits %s meanwhile', async (_where, enter) => {
  const waits: number[] = []
  const wait = async () => {
    const started = performance.now()
    await persist(failOnce())
    waits.push(performance.now() - started)
  }
  const { replayed } = await timersOf(failingFirst(), async (url) => {
    const beside: Promise<void>[] = []
    await persist(() =>
      ask(url).catch((error: unknown) => {
        beside.push(enter(wait))
        throw error
      }),
    )
    await Promise.all(beside)
  })

  expect(waits).toHaveLength(2)
  expect(Math.min(...waits)).toBeGreaterThan(BACK_OFF_MS - 5)
  expect(replayed.filter((ms) => ms <= 1)).toHaveLength(1)
})

it('waits when no further attempt is on record', async () => {
  const retake = createTestRetake()
  const upstream = await startUpstream((_request, response) => response.writeHead(500).end())
  const id = await retake.session(async (session) => {
    await ask(upstream.url).catch(() => {})
    return session.id
  })
  await upstream.close()
  let timers: readonly number[] = []

  const replayed = retake.replay(id, async () => {
    const watch = watchTimers()
    await persist(() => ask(upstream.url)).catch(() => {})
    timers = watch.stop()
  })

  await expect(replayed).rejects.toMatchObject({ code: 'REPLAY_MISS' })
  expect(backOffs(timers)[0]).toBe(BACK_OFF_MS)
})

describe('the global setTimeout', () => {
  /** What it is in the midst of a replay, and after it. */
  async function duringAndAfter(run: (attempt: Attempt) => Promise<unknown>) {
    const retake = createTestRetake()
    const upstream = await startUpstream(failingFirst())
    const id = await retake.session(async (session) => {
      await persist(() => ask(upstream.url))
      return session.id
    })
    await upstream.close()
    const seen: (typeof setTimeout)[] = []
    const attempt = () => ask(upstream.url).finally(() => seen.push(globalThis.setTimeout))
    await retake.replay(id, () => run(attempt)).catch(() => {})
    return { during: seen[0], after: globalThis.setTimeout }
  }

  it.each<[string, (attempt: Attempt) => Promise<unknown>]>([
    ['ends well', persist],
    ['tries no further', (attempt) => attempt().catch(() => {})],
    ['fails', (attempt) => attempt()],
    ['misses a call', (attempt) => attempt().catch(() => ask('http://127.0.0.1:1/'))],
  ])('is the real one after a replay that %s', async (_how, run) => {
    const { during, after } = await duringAndAfter(run)

    expect(during).not.toBe(realSetTimeout)
    expect(during?.name).toBe(realSetTimeout.name)
    expect(during?.length).toBe(realSetTimeout.length)
    expect(after).toBe(realSetTimeout)
  })

  it('is the real one after several replays at a time', async () => {
    const slowly: (attempt: Attempt) => Promise<unknown> = async (attempt) => {
      await attempt().catch(() => {})
      await promisify(realSetTimeout)(50)
      return persist(attempt)
    }

    const replays = await Promise.all([persist, slowly, persist].map(duringAndAfter))

    for (const { during } of replays) expect(during).not.toBe(realSetTimeout)
    expect(globalThis.setTimeout).toBe(realSetTimeout)
  })

  it('is left alone where another one stands in its place', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'], shouldAdvanceTime: true })
    const fake = globalThis.setTimeout

    expect(await duringAndAfter(persist)).toEqual({ during: fake, after: fake })
  })

  it('is left alone where another one takes its place meanwhile', async () => {
    const other = ((...args: Parameters<typeof setTimeout>) =>
      realSetTimeout(...args)) as typeof setTimeout

    const { after } = await duringAndAfter((attempt) =>
      persist(() => attempt().finally(() => (globalThis.setTimeout = other))),
    )

    expect(after).toBe(other)
  })
})

it('waits where a replay keeps the recorded pace', async () => {
  const { replayed } = await timersOf(failingFirst(), (url) => persist(() => ask(url)), {
    replay: { timing: 'recorded' },
  })

  expect(backOffs(replayed)).toEqual([BACK_OFF_MS])
})
