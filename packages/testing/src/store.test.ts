import { describe, expect, it } from 'vitest'
import type { SessionData } from '@retake/format'
import { type LogRecord, type SessionLog, type Store, createMemoryStore } from '@retake/store'
import { testStore } from './store.ts'

/** Runs the suite outside of the test runner, and gives back the behaviours that failed. */
async function failuresOf(createStore: () => Store): Promise<readonly string[]> {
  const behaviours: [string, () => Promise<void>][] = []
  testStore('broken', createStore, {
    describe: (_, body) => body(),
    it: (name, body) => behaviours.push([name, body]),
  })
  const failures: string[] = []
  for (const [name, body] of behaviours) await body().catch(() => failures.push(name))
  return failures
}

function broken(change: (store: Store) => Partial<Store>): () => Store {
  return () => {
    const store = createMemoryStore()
    return { ...store, ...change(store) }
  }
}

function withLog(change: (log: SessionLog) => Partial<SessionLog>): () => Store {
  return broken((store) => ({
    open(session) {
      const log = store.open(session)
      return { ...log, ...change(log) }
    },
  }))
}

function withData(change: (data: SessionData) => SessionData): () => Store {
  return broken((store) => ({
    async load(id) {
      const data = await store.load(id)
      return data && change(data)
    },
  }))
}

/** Keeps what it is given as it is, and writes it when the session is loaded. */
function sharing(): Store {
  const store = createMemoryStore()
  const waiting: [SessionLog, LogRecord][] = []
  return {
    ...store,
    open(session) {
      const log = store.open(session)
      return { append: (record) => void waiting.push([log, record]), close() {} }
    },
    load(id) {
      for (const [log, record] of waiting.splice(0)) log.append(record)
      return store.load(id)
    },
  }
}

const FILTERS = 'agent name tag endState hasErrors minCostUsd since until text isReplay'.split(' ')

/** Knows all filters but one. */
function ignoring(name: string): () => Store {
  return broken((store) => ({ list: (options) => store.list({ ...options, [name]: undefined }) }))
}

describe('testStore', () => {
  it('passes a store that works', async () => {
    expect(await failuresOf(createMemoryStore)).toEqual([])
  })

  it.each<[string, () => Store]>([
    ['shares nothing with the app', sharing],
    ['lets the last end count', withData(({ session, events }) => ({ session, events }))],
    ['orders events by seq', withData((data) => ({ ...data, events: data.events.toReversed() }))],
    [
      'keeps two writers of one session apart, and gives back both',
      withData((data) => ({
        ...data,
        events: data.events.map((event) => ({ ...event, writer: 'same' })),
      })),
    ],
    [
      'takes late work after the log was closed',
      withLog((log) => {
        let isClosed = false
        return {
          append: (record) => (isClosed ? undefined : log.append(record)),
          close: () => void (isClosed = true),
        }
      }),
    ],
    [
      'keeps values that other formats lose',
      withLog((log) => ({
        append: (record) =>
          log.append(JSON.parse(JSON.stringify(record).replaceAll('\\u0000', '')) as LogRecord),
      })),
    ],
    ['refuses what is not a session id', broken(() => ({ load: async () => undefined }))],
    [
      'lists the newest sessions first, up to the limit',
      broken((store) => ({ list: async (options) => (await store.list(options)).toReversed() })),
    ],
    ...FILTERS.map(
      (name) => [`lists sessions by ${name}`, ignoring(name)] satisfies [string, () => Store],
    ),
    [
      'lists sessions of which all holds that is asked for, and counts only those',
      broken((store) => ({
        list: async ({ limit, ...filter } = {}) => {
          const newest = await store.list({ limit: limit ?? 100 })
          const found = new Set((await store.list(filter)).map(({ id }) => id))
          return newest.filter(({ id }) => found.has(id))
        },
      })),
    ],
    [
      'lists what a session is about, and how it went',
      broken((store) => ({
        list: async (options) =>
          (await store.list(options)).map(({ input: _input, ...summary }) => summary),
      })),
    ],
    ['removes a session with all its writers', broken(() => ({ remove: async () => true }))],
    [
      'flushes open logs and closed ones',
      broken(() => ({ flush: () => Promise.reject(new Error()) })),
    ],
  ])('fails a store that does not do this: %s', async (behaviour, createStore) => {
    expect(await failuresOf(createStore)).toContain(behaviour)
  })
})
