import assert from 'node:assert/strict'
import { isRetakeError, type Encoded, newId } from '@retake/format'
import { type LogRecord, type Store, writeSession } from '@retake/store'
import { endRecord, eventRecord, sessionRecord } from '@retake/format/records'
import { LISTS } from './store-lists.ts'

/** The two functions that vitest, `node:test` and bun have in common. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown
  readonly it: (name: string, body: () => Promise<void>) => unknown
}

/**
 * The behaviour that all stores share, as tests.
 *
 * @param createStore Makes an empty store, once per test. Cleaning up is the caller's.
 */
export function testStore(
  name: string,
  createStore: () => Store | Promise<Store>,
  { describe, it }: TestRunner,
): void {
  describe(`store: ${name}`, () => {
    for (const [behaviour, check] of Object.entries(BEHAVIOURS)) {
      it(behaviour, async () => check(await createStore()))
    }
  })
}

const BAD_IDS = [
  '',
  'short',
  '-leading-hyphen',
  'has a space',
  'dots.dots.dots',
  'x'.repeat(129),
  '../../etc/passwd',
  String.raw`..\..\windows`,
  '/etc/passwd',
  'nul\0nul\0',
  'line\nfeed',
]

const HOSTILE = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'

const DIFFICULT: Encoded = {
  text: 'NUL \0, lone \ud800 and \udfff, pair 😀, lines \n \r\n \u2028, quote ", backslash \\',
  numbers: [0, -1.5, 1e300, Number.MAX_SAFE_INTEGER],
  empty: [{}, [], '', null, false],
  '': 'without a name',
  'line\n"\ud800': 'with a difficult one',
  large: 'é'.repeat(2 ** 20),
  deep: JSON.parse('[{"a":'.repeat(100) + '1' + '}]'.repeat(100)) as Encoded,
  hostile: JSON.parse(HOSTILE) as Encoded,
}

const BEHAVIOURS: Readonly<Record<string, (store: Store) => Promise<void>>> = {
  async 'gives back every kind of record as it was appended'(store) {
    const request = {
      method: 'POST',
      url: '/grade',
      headers: { accept: '*/*' },
      body: { essay: 1 },
    }
    const session = sessionRecord({ tags: ['a'], metadata: { team: 'blue' }, request })
    const parts = [{ n: 1 }, 'two']
    const call = eventRecord(1, {
      op: 'stream',
      key: 'call_1',
      done: 1,
      ms: 1.25,
      usage: { inputTokens: 3 },
      outcome: { stream: { parts, end: 'complete', ticks: [[0, 1]], ms: [1, 2] } },
    })
    const note = eventRecord(2, { kind: 'decision', parent: 1, attributes: { chosen: 'b' } })

    writeSession(store, session, call, note, endRecord())

    const read = await store.load(session.id)
    assert.deepEqual(read, { session, events: [call, note], end: endRecord() })
  },

  async 'merges the two records of a call'(store) {
    const session = sessionRecord()
    const start = eventRecord(1, { state: 'pending', request: { prompt: 'P' } })
    const completion = {
      type: 'event',
      seq: 1,
      state: 'ok',
      done: 1,
      outcome: { value: 1 },
    } as const

    writeSession(store, session, start, completion)

    assert.deepEqual((await store.load(session.id))?.events, [{ ...start, ...completion }])
  },

  async 'leaves out an outcome whose start was never written'(store) {
    const session = sessionRecord()

    writeSession(store, session, { type: 'event', seq: 7, state: 'ok', done: 1 })

    assert.deepEqual((await store.load(session.id))?.events, [])
  },

  async 'merges updates over the header, in their order'(store) {
    const session = sessionRecord({ name: 'first', tags: ['a'] })
    const updates: LogRecord[] = [
      { type: 'update', name: 'second', tags: ['b'] },
      { type: 'update', name: 'third' },
    ]

    writeSession(store, session, ...updates)

    const read = await store.load(session.id)
    assert.deepEqual(read?.session, { ...session, name: 'third', tags: ['b'] })
  },

  async 'orders events by seq'(store) {
    const session = sessionRecord()

    writeSession(store, session, eventRecord(3), eventRecord(1), eventRecord(2))

    const read = await store.load(session.id)
    assert.deepEqual(
      read?.events.map(({ seq }) => seq),
      [1, 2, 3],
    )
  },

  async 'lets the last end count'(store) {
    const session = sessionRecord()
    const last = endRecord({ endState: 'failure', late: 1 })

    writeSession(store, session, endRecord(), eventRecord(1), last)

    assert.deepEqual((await store.load(session.id))?.end, last)
  },

  async 'reads a session that is still running'(store) {
    const session = sessionRecord()
    const pending = eventRecord(1, { state: 'pending' })
    const log = store.open(session)
    log.append(pending)

    const read = await store.load(session.id)

    log.close()
    assert.deepEqual(read, { session, events: [pending] })
  },

  async 'takes late work after the log was closed'(store) {
    const session = sessionRecord()
    const log = writeSession(store, session, endRecord())

    log.append(eventRecord(1))
    log.append(endRecord({ late: 1 }))

    const read = await store.load(session.id)
    assert.deepEqual([read?.events.length, read?.end?.late], [1, 1])
  },

  async 'keeps two writers of one session apart, and gives back both'(store) {
    const session = sessionRecord({ service: 'parent' })
    const log = store.open(session)
    log.append(eventRecord(1, { name: 'one' }))
    const child = { ...session, service: 'child', name: 'of the child' }
    writeSession(store, child, eventRecord(1, { name: 'two' }), endRecord({ endState: 'failure' }))
    log.append(eventRecord(2, { name: 'three' }))
    log.append(endRecord())
    log.close()

    const read = await store.load(session.id)

    const events = read?.events.map(({ name, seq, service }) => `${name} ${seq} ${service}`)
    assert.deepEqual(events, ['one 1 parent', 'three 2 parent', 'two 1 child'])
    assert.equal(new Set(read?.events.map(({ writer }) => writer)).size, 2)
    assert.deepEqual([read?.session, read?.end], [session, endRecord()])
  },

  async 'shares nothing with the app'(store) {
    const request = { messages: ['before'] }
    const session = sessionRecord({ tags: ['before'] })
    const log = writeSession(store, session, eventRecord(1, { request }))

    request.messages[0] = 'after'
    const first = await store.load(session.id)
    Object.assign(first?.session.tags ?? [], ['after'])
    log.close()

    const read = await store.load(session.id)
    assert.deepEqual(read?.events[0]?.request, { messages: ['before'] })
    assert.deepEqual(read.session.tags, ['before'])
  },

  async 'keeps values that other formats lose'(store) {
    const session = sessionRecord()

    writeSession(store, session, eventRecord(1, { request: DIFFICULT }))

    const read = await store.load(session.id)
    assert.equal(JSON.stringify(read?.events[0]?.request), JSON.stringify(DIFFICULT))
    assert.equal(Reflect.get({}, 'polluted'), undefined)
  },

  async 'keeps fields it does not know, and skips records it does not know'(store) {
    const session = { ...sessionRecord(), later: { a: 1 } }
    const event = { ...eventRecord(1), later: [1] }
    const unknown = { type: 'later', seq: 1 } as unknown as LogRecord

    writeSession(store, session, unknown, event)

    assert.deepEqual(await store.load(session.id), { session, events: [event] })
  },

  async 'keeps fifty sessions apart that are written at the same time'(store) {
    const sessions = Array.from({ length: 50 }, (_, index) => sessionRecord({ seed: index }))
    const logs = sessions.map((session) => store.open(session))
    for (let seq = 1; seq <= 20; seq++) {
      for (const [index, log] of logs.entries()) log.append(eventRecord(seq, { ord: index }))
    }
    for (const log of logs) log.close()

    for (const { id, seed } of sessions) {
      const read = await store.load(id)
      assert.deepEqual(
        read?.events.map(({ ord }) => ord),
        Array(20).fill(seed),
      )
    }
  },

  async 'knows nothing of a session that was never opened'(store) {
    assert.equal(await store.load(newId()), undefined)
    assert.deepEqual(await store.list(), [])
    assert.equal(await store.remove(newId()), false)
  },

  async 'refuses what is not a session id'(store) {
    for (const id of BAD_IDS) {
      assert.throws(() => store.open(sessionRecord({ id })), isRetakeError)
      await assert.rejects(store.load(id), isRetakeError)
      await assert.rejects(store.remove(id), isRetakeError)
    }
    assert.deepEqual(await store.list(), [])
  },

  ...LISTS,

  async 'removes a session with all its writers'(store) {
    const [kept, removed] = [sessionRecord(), sessionRecord()]
    for (const session of [kept, removed, removed]) writeSession(store, session, eventRecord(1))

    assert.equal(await store.remove(removed.id), true)

    assert.equal(await store.load(removed.id), undefined)
    assert.equal(await store.remove(removed.id), false)
    assert.deepEqual(
      (await store.list()).map(({ id }) => id),
      [kept.id],
    )
  },

  async 'flushes open logs and closed ones'(store) {
    const log = store.open(sessionRecord())
    writeSession(store, sessionRecord(), endRecord())

    await store.flush?.()

    log.close()
  },
}
