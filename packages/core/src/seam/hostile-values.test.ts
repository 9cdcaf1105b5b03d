import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { call, createRetake, currentSession, recorded, type Retake } from '../index.ts'
import { inSpan } from '../adapter.ts'
import { createMemoryStore } from '@retake/store'
import type { RedactOptions } from '@retake/redact'

const environment = { RETAKE_REPLAY_ENABLED: '1' }

function setUp(redact: RedactOptions = {}) {
  const log: string[] = []
  const retake = createRetake({
    store: createMemoryStore(),
    environment,
    redact,
    log: (line) => void log.push(line),
  })
  return { retake, log }
}

async function record<T>(retake: Retake, body: () => T | Promise<T>) {
  let session = currentSession()
  const value = await retake.session(async (opened) => {
    session = opened
    return [await body()] as const
  })
  await session?.settled
  const id = session?.id ?? ''
  return { id, value: value[0], data: (await retake.store.load(id))! }
}

/** What a promise rejects with, in a list: it may be nothing that a promise can resolve to. */
async function failure(promise: Promise<unknown>): Promise<readonly unknown[]> {
  try {
    await promise
  } catch (error) {
    return [error]
  }
  return []
}

const trap = (name: string) => () => {
  throw new Error(name)
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function circular(): object {
  const value: Record<string, unknown> = { a: 1 }
  value.self = value
  return value
}

function withGetter(name: string): object {
  return Object.defineProperty({}, name, { get: trap(name), enumerable: true })
}

/** An object that has two more of its kind in it, however deep one looks. */
function endless(): object {
  return new Proxy(
    {},
    {
      ownKeys: () => ['a', 'b'],
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
      get: (_target, key) => (key === 'a' || key === 'b' ? endless() : undefined),
    },
  )
}

class Account {
  #balance = 5
  owner = 'ann'
  get balance() {
    return this.#balance
  }
}

type Case = readonly [name: string, make: () => unknown, why: RegExp]

// oxfmt-ignore
const STRANGE: readonly Case[] = [
  ['a circular object', circular, /circular/],
  ['a revoked Proxy', revoked, /throws when read/],
  ['a Proxy whose "has" throws', () => new Proxy({}, { has: trap('has') }), /throws when read/],
  ['a Proxy without prototype', () => new Proxy({}, { getPrototypeOf: trap('p') }), /throws when/],
  ['a Proxy without keys', () => new Proxy({}, { ownKeys: trap('keys') }), /throws when read/],
  ['a getter that throws', () => withGetter('x'), /x .*throws when read/],
  ['a "then" that throws', () => withGetter('then'), /then .*throws when read/],
  ['a toJSON that throws', () => ({ toJSON: trap('json') }), /throws when read/],
  ['an object with private fields', () => new Account(), /private fields/],
  ['an iterator', () => [1, 2].values(), /Array Iterator/],
  ['a generator', () => (function* () { yield 1 })(), /Generator/],
]

// oxfmt-ignore
const HUGE: readonly Case[] = [
  ['a Proxy without end', endless, /too many values/],
  ['100 MB of text', () => 'x'.repeat(100_000_000), /over the limit/],
  ['100 MB of bytes', () => Buffer.alloc(100_000_000), /over the limit/],
  ['ten million numbers', () => Array.from<number>({ length: 10_000_000 }).fill(7), /too many/],
  ['a Map of two million', () => new Map(Array.from({ length: 2e6 }, (_, n) => [n, n])), /too many/],
  ['text that grows when written', () => '\0'.repeat(12_000_000), /longer than 67108864/],
  ['text full of what looks secret', () => '"password": "'.repeat(200_000), /looks like a secret/],
  ['text on which patterns give up', () => 'password='.repeat(3_000_000), /too long to be searched/],
]

describe('a value that cannot be stored', () => {
  it.each([...STRANGE, ...HUGE])(
    'reaches the app, and is refused in a replay: %s',
    async (_name, make, why) => {
      const { retake, log } = setUp()
      const value = make()
      const give = () => call({ kind: 'tool', name: 'give', sync: true }, () => value)
      const wrap = () => call({ kind: 'tool', name: 'wrap' }, async () => ({ value }))
      const body = async () => [await wrap(), { value: give() }] as const

      const { id, value: results, data } = await record(retake, body)

      expect(results.every((result) => result.value === value)).toBe(true)
      expect(data.events.map(({ withheld }) => withheld)).toEqual([
        expect.stringMatching(why),
        expect.stringMatching(why),
      ])
      expect(retake.stats().withheld + retake.stats().dropped).toBe(2)
      expect(log.length).toBeLessThanOrEqual(1)
      const replayed = retake.replay(id, body)
      await expect(replayed).rejects.toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
      await expect(replayed).rejects.toThrow(why)
    },
  )

  it.each(STRANGE)('is refused as a part of a request: %s', async (_name, make, why) => {
    const { retake } = setUp()
    let runs = 0
    const use = recorded('tool', 'use', async (_value: unknown) => ++runs)
    const value = make()

    const { id, value: result, data } = await record(retake, () => use({ value }))

    expect(result).toBe(1)
    expect(data.events[0]?.withheld).toMatch(why)
    const replayed = retake.replay(id, () => use({ value }))
    await expect(replayed).rejects.toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
    await expect(replayed).rejects.toThrow(why)
    expect(runs).toBe(1)
  })

  it.each(STRANGE)('is thrown to the app as it is: %s', async (_name, make, why) => {
    const { retake } = setUp()
    const value = make()
    const fail = () => failure(call({ kind: 'tool', name: 'fail' }, () => Promise.reject(value)))

    const { id, value: caught, data } = await record(retake, fail)

    expect(caught[0] === value).toBe(true)
    expect(data.events[0]).toMatchObject({ state: 'error' })
    expect(data.events[0]?.withheld).toMatch(why)
    await expect(retake.replay(id, fail)).rejects.toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
  })

  it('ends a session as a failure, when it is what the session throws', async () => {
    const { retake } = setUp()
    const value = revoked()

    const caught = await failure(
      retake.session(() => {
        // oxlint-disable-next-line typescript/only-throw-error -- apps do
        throw value
      }),
    )

    expect(caught[0] === value).toBe(true)
    expect(await retake.store.list()).toMatchObject([{ endState: 'failure' }])
  })
})

describe('two requests that look the same because a part of them was withheld', () => {
  it('are never given the answer of each other', async () => {
    const { retake } = setUp()
    const size = recorded('tool', 'count', async (blob: { text: string }) => blob.text[0])
    const { id } = await record(retake, () => size({ text: 'a'.repeat(40_000_000) }))

    const replayed = retake.replay(id, () => size({ text: 'b'.repeat(40_000_000) }))

    await expect(replayed).rejects.toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
  })

  it('are served where the part is no data', async () => {
    const { retake } = setUp()
    const { signal } = new AbortController()
    const use = recorded('tool', 'use', async (_options: object) => 'answer')
    const body = () => use({ onPart: () => {}, mark: Symbol('mark'), signal })
    const { id } = await record(retake, body)

    expect(await retake.replay(id, body)).toBe('answer')
    expect(retake.stats().withheld).toBe(6)
  })
})

describe('a stream that cannot be recorded', () => {
  it('stays a stream of Node, which can be piped', async () => {
    const { retake } = setUp()
    const open = recorded('tool', 'open', async () => Readable.from(['one', 'two']))

    const { id, value: read } = await record(retake, async () => {
      const stream = await open()
      return [stream instanceof Readable, await text(stream)]
    })

    expect(read).toEqual([true, 'onetwo'])
    await expect(retake.replay(id, () => open())).rejects.toThrow(/a stream of node:stream/)
  })

  it('stays locked for the one who reads it', async () => {
    const { retake, log } = setUp()
    const stream = new ReadableStream()
    stream.getReader()
    const open = recorded('tool', 'open', async () => stream)

    const { id, value } = await record(retake, () => open())

    expect(value).toBe(stream)
    expect(log).toEqual([])
    await expect(retake.replay(id, () => open())).rejects.toThrow(/a stream that is being read/)
  })

  it('reaches the app when it is frozen', async () => {
    const { retake } = setUp()
    const frozen = Object.freeze({
      async *[Symbol.asyncIterator]() {
        yield 1
      },
    })
    const open = recorded('tool', 'open', () => frozen)

    const { id, value } = await record(retake, async () => ({ opened: open() }))

    expect(value.opened).toBe(frozen)
    expect(retake.stats().failures).toBe(1)
    await expect(retake.replay(id, async () => open())).rejects.toThrow(/cannot be read/)
  })
})

describe('an iterable object with methods of its own', () => {
  class Answer {
    readonly id = 'answer-1'
    async *[Symbol.asyncIterator]() {
      yield 'one'
      yield 'two'
    }
  }

  it('stays itself, and its first iteration is recorded', async () => {
    const { retake } = setUp()
    const answer = new Answer()
    const open = recorded('tool', 'open', async () => answer)
    const body = async () => {
      const parts: string[] = []
      const opened = await open()
      if (currentSession()?.mode === 'capture') expect(opened).toBe(answer)
      for await (const part of opened) parts.push(part)
      return parts
    }

    const { id, value } = await record(retake, body)

    expect(value).toEqual(['one', 'two'])
    expect(Object.getOwnPropertySymbols(answer)).toEqual([])
    expect(await retake.replay(id, body)).toEqual(value)
  })
})

describe('values that can be stored, in spite of appearances', () => {
  it.each<[string, unknown]>([
    ['frozen objects', Object.freeze({ list: Object.freeze([1]) })],
    ['large integers', 2n ** 4000n],
    ['lists with a hole of four billion', Object.assign([], { 4_000_000_000: 1 })],
    ['hostile names', JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":1}}')],
    ['objects without a prototype', Object.assign(Object.create(null), { a: 1 })],
    ['a Proxy that behaves', new Proxy({ a: 1 }, {})],
  ])('come back as they were: %s', async (_name, value) => {
    const { retake } = setUp()
    const give = recorded('tool', 'give', async () => value)

    const { id, value: live } = await record(retake, () => give())

    expect(live).toBe(value)
    expect(await retake.replay(id, () => give())).toEqual(value)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(retake.stats().withheld).toBe(0)
  })

  it('are stored as they were when they were read, when reading changes them', async () => {
    const { retake } = setUp()
    const list: unknown[] = [1]
    Object.defineProperty(list, 0, { get: () => list.push('more'), enumerable: true })
    const give = recorded('tool', 'give', async () => list)

    const { id, value } = await record(retake, () => give())

    expect(value).toBe(list)
    expect(await retake.replay(id, () => give())).toEqual([2, 'more'])
  })
})

describe('a redact function', () => {
  const SECRET = 'a plan nobody may read'
  const ask = recorded('tool', 'ask', async (_plan: string) => `about ${SECRET}`)
  // oxfmt-ignore
  const REPLACERS: readonly (readonly [string, (value: string) => unknown])[] = [
    ['throws', trap('redact')],
    ['gives a promise', async (value) => value],
    ['rejects', async () => { throw new Error('redact') }],
    ['gives no text', () => 42],
    ['overflows the stack', function replace(value: string): unknown { return replace(value) + value }],
  ]

  it.each(REPLACERS)('that %s withholds the text, and the app goes on', async (_name, replace) => {
    const { retake, log } = setUp({ replace: replace as (value: string) => string })
    const { id, value, data } = await record(retake, async () => {
      currentSession()?.setMetadata({ SECRET })
      currentSession()?.event('note', { SECRET })
      currentSession()?.end('success', SECRET)
      return inSpan({ kind: 'chain', name: 'span', attributes: { SECRET } }, () => ask(SECRET))
    })

    expect(value).toBe(`about ${SECRET}`)
    expect(JSON.stringify(data)).not.toContain('nobody')
    expect(data.events.at(-1)?.withheld).toMatch(/redact.replace/)
    expect(retake.stats().withheld).toBe(2)
    expect(log).toEqual([])
    await expect(retake.replay(id, () => ask(SECRET))).rejects.toMatchObject({
      code: 'REPLAY_NO_SNAPSHOTS',
    })
  })

  it('that fails for one request never lets it have the answer of another', async () => {
    const { retake } = setUp({ replace: trap('redact') })
    const { id } = await record(retake, () => ask('one'))

    await expect(retake.replay(id, () => ask('two'))).rejects.toMatchObject({
      code: 'REPLAY_NO_SNAPSHOTS',
    })
  })
})

describe('options and notes that are not what they must be', () => {
  it('break nothing', async () => {
    const { retake } = setUp()
    const hostile = revoked() as never
    const options = { name: 'notes', metadata: hostile, tags: ['a'] }

    const value = await retake.session(options, (session) => {
      session.setMetadata(hostile)
      session.setTags(undefined as never)
      session.addTags(hostile)
      session.error(hostile)
      session.message('user', hostile)
      session.decision(hostile)
      session.event('event', hostile)
      session.waitUntil(undefined as never)
      return 'the app goes on'
    })

    expect(value).toBe('the app goes on')
    expect(await retake.store.list()).toMatchObject([{ name: 'notes', endState: 'success' }])
  })

  it('include a log that throws', async () => {
    const store = { ...createMemoryStore(), open: trap('disk full') }
    const retake = createRetake({ store, environment, log: trap('log') })

    expect(await retake.session(() => 'the app goes on')).toBe('the app goes on')
  })

  it('include functions that decide on a session', async () => {
    const { retake } = setUp()
    const strange = createRetake({
      store: retake.store,
      environment,
      log: false,
      sample: trap('sample'),
      keep: trap('keep'),
      price: trap('price'),
    })

    expect(await strange.session(() => 'the app goes on')).toBe('the app goes on')
    expect(await retake.store.list()).toMatchObject([{ endState: 'success' }])
    expect(strange.stats().failures).toBe(2)
  })
})
