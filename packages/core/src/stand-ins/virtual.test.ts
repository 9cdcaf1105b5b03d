import nodeCrypto, { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { parseCassette, serializeCassette } from '@retake/format/cassette-file'
import type { SessionData, ReplayReport } from '@retake/format'
import { createRetake, type Retake } from '../retake.ts'
import type { RetakeOptions } from '../resolve-config.ts'
import { scope } from '../session/named-scope.ts'
import { now, random, seededRandom, uuid } from '../effects.ts'
import { inSpan } from '../session/span.ts'
import { createMemoryStore } from '@retake/store'
import type { ReplayOptions } from '../session/replay-options.ts'

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const ALL = ['date', 'random', 'uuid'] as const
const realRandom = Math.random

function createInstance(options: RetakeOptions = {}): Retake {
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  return createRetake({
    store: createMemoryStore(),
    log: false,
    environment,
    virtualize: ALL,
    ...options,
  })
}

interface Recorded<T> {
  readonly retake: Retake
  readonly live: T
  readonly data: SessionData
}

async function record<T>(body: () => T, retake = createInstance()): Promise<Recorded<Awaited<T>>> {
  let id = ''
  const live = await retake.session((session) => {
    id = session.id
    return body()
  })
  const data = await retake.store.load(id)
  if (data === undefined) throw new TypeError('The session was not stored.')
  return { retake, live, data }
}

interface Replayed<T> {
  readonly value: T
  readonly report: ReplayReport
}

async function replay<T>(
  retake: Retake,
  data: SessionData,
  body: () => T,
  options?: ReplayOptions,
): Promise<Replayed<Awaited<T>>> {
  let report: (() => ReplayReport | undefined) | undefined
  const value = await retake.replay(
    data,
    (session) => {
      report = () => session.report()
      return body()
    },
    options,
  )
  return { value, report: report?.() as ReplayReport }
}

const hasV7 = 'randomUUIDv7' in nodeCrypto

// What an app sees of time and randomness, in all ways that there are.
async function look(): Promise<readonly unknown[]> {
  return [
    Date.now(),
    new Date(),
    Math.random(),
    crypto.randomUUID(),
    crypto.getRandomValues(new Uint16Array(5)),
    randomUUID(),
    uuidV7(),
    randomBytes(12),
    await promisify(randomBytes)(40),
    randomInt(6),
    randomInt(10, 2 ** 40),
    await promisify<number, number, number>(randomInt)(-5, 5),
  ]
}

// Older lines of Node have none.
function uuidV7(): string {
  return hasV7 ? nodeCrypto.randomUUIDv7() : randomUUID()
}

function jitter(): Promise<void> {
  return delay(realRandom() * 8)
}

describe('virtual time and randomness', () => {
  it('come out of a replay as they were recorded', async () => {
    const { retake, live, data } = await record(look)
    await delay(5)

    const { value, report } = await replay(retake, data, look)

    expect(value).toStrictEqual(live)
    expect(report).toMatchObject({ status: 'ok', dry: 0, leftover: [] })
  })

  it('are the real ones when they are recorded', async () => {
    const before = Date.now()
    const { live } = await record(async () => {
      const first = Date.now()
      await delay(20)
      return { first, last: new Date(), ids: Array.from({ length: 50 }, () => randomUUID()) }
    })

    expect(live.first).toBeGreaterThanOrEqual(before)
    expect(live.last.getTime()).toBeGreaterThan(live.first)
    expect(live.last.getTime()).toBeLessThanOrEqual(Date.now())
    expect(new Set(live.ids).size).toBe(50)
    expect(live.ids.every((id) => UUID_V4.test(id))).toBe(true)
  })

  it('are those of each branch of parallel work, however long each step takes', async () => {
    const retake = createInstance()
    const search = retake.recorded('tool', 'search', async (query: string) => {
      await jitter()
      return `${query} ${realRandom()}`
    })
    const branch = (key: string) =>
      scope('branch', { key }, async () => {
        const seen: unknown[] = []
        for (let step = 0; step < 4; step++) {
          await jitter()
          seen.push(...(await look()), await search(`${key} ${Math.random()} ${Date.now()}`))
        }
        return seen
      })
    const body = () => Promise.all(['a', 'b', 'c', 'd'].map(branch))
    const { live, data } = await record(body, retake)

    for (let run = 0; run < 3; run++) {
      const { value, report } = await replay(retake, data, body)

      expect(value).toStrictEqual(live)
      expect(report).toMatchObject({ status: 'ok', exact: 16, dry: 0 })
    }
  })

  it('go on where a path is entered again', async () => {
    const body = () => {
      const draw = () => scope('same', { key: 'key' }, randomUUID)
      return [draw(), draw(), inSpan({ kind: 'chain', name: 'step' }, randomUUID), randomUUID()]
    }

    const { retake, live, data } = await record(body)

    expect(new Set(live).size).toBe(4)
    expect((await replay(retake, data, body)).value).toEqual(live)
  })

  it('are the real ones beneath recorded calls, whose draws do not shift those that follow', async () => {
    const retake = createInstance()
    const body = async () => {
      const before = await look()
      const tool = await retake.recorded('tool', 'look', look)()
      const effects = [now(), random(), uuid()]
      return [before, tool, effects, await look()]
    }

    const { live, data } = await record(body, retake)

    expect((await replay(retake, data, body)).value).toStrictEqual(live)
  })

  it('do not get in the way of sessions that run at the same time', async () => {
    const virtual = createInstance()
    const plain = createInstance({ virtualize: [] })
    const body = async () => {
      const seen: (readonly unknown[])[] = []
      for (let step = 0; step < 5; step++) {
        await jitter()
        seen.push(await look())
      }
      return seen
    }
    const first = await record(body, virtual)
    const other = await record(body, plain)
    const startedMs = Date.now()

    const [again, fresh, unvirtual, outside] = await Promise.all([
      replay(virtual, first.data, body),
      record(body, virtual),
      replay(plain, other.data, body),
      body(),
    ])

    const real = [fresh.live, unvirtual.value, outside].flat()

    expect(again.value).toStrictEqual(first.live)
    expect(other.data.virtual).toBeUndefined()
    expect(Math.min(...real.map(([ms]) => Number(ms)))).toBeGreaterThanOrEqual(startedMs)
    expect(Math.min(...real.map(([, date]) => Number(date)))).toBeGreaterThanOrEqual(startedMs)
    expect(new Set([...first.live, ...real].map(([, , , id]) => id)).size).toBe(20)
    expect((await replay(virtual, fresh.data, body)).value).toStrictEqual(fresh.live)
  })

  it('are on the log before the calls that may depend on them', async () => {
    const retake = createInstance()
    const ask = retake.recorded('tool', 'ask', async (at: string) => at)
    const body = async () => [await ask(new Date().toISOString()), await ask(randomUUID())]
    // Nothing tells a session that goes on from one whose process was killed.
    const { live, running } = await retake.session(async ({ id }) => ({
      live: await body(),
      running: (await retake.store.load(id)) as SessionData,
    }))

    const { value, report } = await replay(retake, running, body)

    expect(running.end).toBeUndefined()
    expect(value).toEqual(live)
    expect(report).toMatchObject({ status: 'ok', dry: 0 })
  })

  it('survive the committed form', async () => {
    const { retake, live, data } = await record(look)
    const { text, blobs } = serializeCassette(data)
    const read = parseCassette(text, (name) => blobs.get(name) as Uint8Array)

    expect(read.virtual).toEqual(data.virtual)
    expect((await replay(retake, read, look)).value).toStrictEqual(live)
  })

  it('leave nothing below the header of a cassette that another recording would change', async () => {
    const below = async () => {
      const { data } = await record(look)
      const { parts, entries } = JSON.parse(serializeCassette(data).text) as Record<string, unknown>
      return { parts, entries }
    }

    expect(await below()).toEqual(await below())
  })

  it('take little of a log, however often the time is read', async () => {
    const { data } = await record(() => {
      const until = Date.now() + 30
      let reads = 0
      while (Date.now() < until) reads++
      return reads
    })

    expect(JSON.stringify(data.virtual).length).toBeLessThan(1000)
  })
})

describe('a replay that draws more or less than was recorded', () => {
  it('is given the real time then, which is counted', async () => {
    const { retake, live, data } = await record(() => [Date.now()])
    await delay(5)
    const startedMs = Date.now()

    const { value, report } = await replay(retake, data, () => [
      Date.now(),
      Date.now(),
      +new Date(),
    ])

    expect(value[0]).toBe(live[0])
    expect(value[1]).toBeGreaterThanOrEqual(startedMs)
    expect(report).toMatchObject({ status: 'differs', dry: 2 })
    expect(retake.stats()).toMatchObject({ dry: 2, misses: 0 })
  })

  it('leaves nothing over when it draws less', async () => {
    const { retake, data } = await record(look)

    const { report } = await replay(retake, data, () => Date.now())

    expect(report).toMatchObject({ status: 'differs', dry: 0, leftover: [] })
  })
})

describe('who replays what', () => {
  it('replays as before what was recorded without', async () => {
    const plain = createInstance({ virtualize: [] })
    const body = () => [seededRandom(), randomUUID(), Date.now()]
    const { live, data } = await record(body, plain)
    await delay(2)

    const { value, report } = await replay(createInstance(), data, body)

    expect(value[0]).toBe(live[0])
    expect(value[1]).not.toBe(live[1])
    expect(value[2]).toBeGreaterThan(live[2] as number)
    expect(report).toMatchObject({ status: 'differs', dry: 0 })
  })

  it('replays without what was recorded with it', async () => {
    const { live, data } = await record(() => [seededRandom(), randomUUID(), Date.now()])
    await delay(2)

    const { value, report } = await replay(createInstance({ virtualize: [] }), data, () => [
      seededRandom(),
      randomUUID(),
      Date.now(),
    ])

    expect(value[0]).toBe(live[0])
    expect(value[1]).not.toBe(live[1])
    expect(value[2]).toBeGreaterThan(live[2] as number)
    expect(report).toMatchObject({ status: 'differs', dry: 0 })
  })

  it('has only those virtual that both ask for', async () => {
    const { live, data } = await record(look, createInstance({ virtualize: ['date', 'uuid'] }))
    await delay(2)

    const { value } = await replay(createInstance({ virtualize: ['random', 'uuid'] }), data, look)

    expect(value[0]).not.toEqual(live[0])
    expect(value[2]).not.toEqual(live[2])
    expect(value[3]).toEqual(live[3])
  })

  it('replays a fork as it ran, with the times that it was given', async () => {
    const retake = createInstance()
    let answers = 0
    const ask = retake.recorded(
      'tool',
      'ask',
      async (question: string) => `${question} ${++answers}`,
    )
    const body = async () => {
      const first = await ask(`one ${Date.now()}`)
      const second = await ask('two')
      return [first, second, ...(await look())]
    }
    const { live, data } = await record(body, retake)
    let id = ''
    const forked = await retake.replay(
      data,
      (session) => {
        id = session.id
        return body()
      },
      { until: 1 },
    )
    const kept = (await retake.store.load(id)) as SessionData
    await delay(2)

    const { value, report } = await replay(retake, kept, body)

    expect(forked[0]).toBe(live[0])
    expect(forked[1]).not.toBe(live[1])
    expect(value).toStrictEqual(forked)
    expect(report).toMatchObject({ status: 'ok', dry: 0 })
  })

  it('records nothing of it where no answers are kept', async () => {
    const { data } = await record(look, createInstance({ capture: 'metadata' }))

    expect(data.virtual).toBeUndefined()
  })
})

describe('the globals', () => {
  it('are the real ones outside of sessions', async () => {
    createInstance()
    const before = Date.now()
    await delay(3)
    const seen = await look()

    expect(seen[0]).toBeGreaterThan(before)
    expect(String(seen[5])).toMatch(UUID_V4)
    expect(String(seen[6])).toMatch(hasV7 ? UUID_V7 : UUID_V4)
    expect(seen).not.toEqual(await look())
  })

  it('fill pools of random bytes with real ones, which serve other sessions too', async () => {
    const body = () => [crypto.getRandomValues(new Uint8Array(256)), randomBytes(1000)]
    const { retake, live, data } = await record(body)

    expect((await replay(retake, data, body)).value).not.toEqual(live)
  })

  it('say what is wrong with arguments as the real ones do', async () => {
    const { live } = await record(() =>
      [
        () => randomBytes(-1),
        () => randomBytes('1' as unknown as number),
        () => randomInt(5, 5),
        () => randomInt('1' as unknown as number),
        () => crypto.getRandomValues(new Float32Array(1) as unknown as Uint8Array<ArrayBuffer>),
      ].map((draw) => {
        try {
          return draw()
        } catch (error) {
          return (error as Error).name
        }
      }),
    )

    expect(live).toEqual([
      'RangeError',
      'TypeError',
      'RangeError',
      'TypeError',
      'TypeMismatchError',
    ])
  })

  it.each(['date', true, {}, ['time'], [null], null] as unknown[])(
    'are not virtual for %j, which is no list of them',
    (virtualize) => {
      expect(() => createInstance({ virtualize } as RetakeOptions)).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID', data: { option: 'virtualize' } }),
      )
    },
  )
})

describe('two copies of core', () => {
  it('replace the globals once, and see through them both', async () => {
    createInstance()
    const globals = () => [Date, Math.random, Reflect.get(crypto, 'randomUUID')] as unknown[]
    const before = globals()
    vi.resetModules()
    const copy = await import('../retake.ts')
    const other = copy.createRetake({
      store: createMemoryStore(),
      log: false,
      environment: { RETAKE_REPLAY_ENABLED: '1' },
      virtualize: ALL,
    })
    const { live, data } = await record(look, other)
    await delay(2)
    const startedMs = Date.now()

    const { value } = await replay(other, data, look)
    const { session } = (await record(() => other.replay(data, look))).data

    expect(copy.createRetake).not.toBe(createRetake)
    expect(globals()).toEqual(before)
    expect(value).toStrictEqual(live)
    expect(Date.parse(session.startedAt)).toBeGreaterThanOrEqual(startedMs)
  })
})

describe('what Retake needs for itself', () => {
  it('is real in a replay too, and takes nothing from the session', async () => {
    const retake = createInstance()
    const body = async () => {
      const seen = [Date.now(), Math.random(), randomUUID()]
      for (let step = 0; step < 3; step++) await retake.recorded('tool', 'step', async () => step)()
      return [...seen, Date.now(), Math.random(), randomUUID()]
    }
    const { live, data } = await record(body, retake)
    await delay(5)
    const startedMs = Date.now()
    let id = ''

    const replayed = await retake.replay(data, (session) => {
      id = session.id
      return body()
    })
    const { session, events } = (await retake.store.load(id)) as SessionData

    expect(replayed).toEqual(live)
    expect(Date.parse(session.startedAt)).toBeGreaterThanOrEqual(startedMs)
    const starts = events.map((event) => Date.parse(event.startedAt))
    expect(Math.min(...starts)).toBeGreaterThanOrEqual(startedMs)
    const ids = [...events, ...data.events].map((event) => event.id)
    expect(new Set(ids).size).toBe(6)
  })
})

describe('a virtual Date', () => {
  it('is a Date in all else', async () => {
    await record(() => {
      const date = new Date(2026, 0, 31, 12, 30, 15, 7)
      class Deadline extends Date {
        readonly left = 1
      }
      const deadline = new Deadline()

      expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z')
      expect(new Date(date)).toEqual(date)
      expect(new Date(Number.NaN).getTime()).toBeNaN()
      expect(Number(Reflect.construct(Date, [undefined]))).toBeNaN()
      expect([date.getFullYear(), date.getMonth(), date.getMilliseconds()]).toEqual([2026, 0, 7])
      expect(date).toBeInstanceOf(Date)
      expect(structuredClone(date)).toBeInstanceOf(Date)
      expect(structuredClone(date)).toEqual(date)
      expect(Object.prototype.toString.call(new Date())).toBe('[object Date]')
      expect(date.constructor).toBe(Date)
      expect([Date.name, Date.length, Date.now.name, Date.now.length]).toEqual([
        'Date',
        7,
        'now',
        0,
      ])
      expect(Date.UTC(2026, 0)).toBe(Date.parse('2026-01-01T00:00:00.000Z'))
      expect(Object.keys(globalThis)).not.toContain('Date')
      expect(new Set(Reflect.ownKeys(Date))).toEqual(
        new Set(['UTC', 'length', 'name', 'now', 'parse', 'prototype']),
      )
      expect(deadline).toBeInstanceOf(Deadline)
      expect(deadline).toBeInstanceOf(Date)
      expect(deadline.left).toBe(1)
      expect(Math.abs(deadline.getTime() - Date.now())).toBeLessThan(1000)
    })
  })

  it('tells the recorded time when it is called as a function, and to what extends it', async () => {
    class Stamp extends Date {}
    const body = () => [Date(), new Stamp().getTime(), Number(Reflect.construct(Date, [], Stamp))]
    const { retake, live, data } = await record(body)
    await delay(1100)

    const { value } = await replay(retake, data, body)

    expect(value).toEqual(live)
    expect(String(live[0])).toMatch(/^\w{3} \w{3} \d{2} \d{4} \d{2}:\d{2}:\d{2} GMT/)
  })
})
