import { execFileSync } from 'node:child_process'
import { AsyncLocalStorage } from 'node:async_hooks'
import * as timers from 'node:timers'
import { scheduler, setInterval as beats, setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseCassette, serializeCassette } from '@retake/format/cassette-file'
import { formatReport, type ReplayReport, type SessionData } from '@retake/format'
import { record } from '../../test/record.ts'
import { createTestRetake } from '../../test/test-retake.ts'
import { thrown } from '../../test/thrown.ts'
import { call, recorded } from '../index.ts'
import type { RetakeOptions } from '../resolve-config.ts'
import { delay } from '../runtime/clock.ts'
import type { ReplayOptions } from '../session/replay-options.ts'

// Long enough that a replay which waited for it would be seen to.
const LONG_MS = 400
const virtualized = { virtualize: ['timers'] } as const

const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms))
const ask = (ms: number, signal?: AbortSignal) =>
  call({ kind: 'tool', name: 'ask', request: ms, ...(signal && { signal }) }, () =>
    delay(ms).then(() => 'answer'),
  )

interface Replayed<T> {
  readonly value: T
  readonly report: ReplayReport
  readonly tookMs: number
}

/** Records `body`, and gives what replays it. */
async function rehearse<T>(body: () => Promise<T>, options: RetakeOptions = virtualized) {
  const retake = createTestRetake(options)
  const { id, result: live } = await record(retake, body)
  const data = (await retake.store.load(id)) as SessionData

  async function replay(
    again = body,
    replayOptions?: ReplayOptions,
    source: SessionData = data,
    by = retake,
  ): Promise<Replayed<T>> {
    let report: (() => ReplayReport | undefined) | undefined
    const startedMs = performance.now()
    const value = await by.replay(
      source,
      (session) => {
        report = () => session.report()
        return again()
      },
      replayOptions,
    )
    const tookMs = performance.now() - startedMs
    return { value, report: report?.() as ReplayReport, tookMs }
  }

  return { retake, id, live, data, replay }
}

afterEach(() => {
  vi.useRealTimers()
})

// Each waits for `LONG_MS` when it is recorded.
const WAITS: Readonly<Record<string, (ms: number) => Promise<unknown>>> = {
  setTimeout: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms, 'over')
    }),
  setInterval: (ms) =>
    new Promise((resolve) => {
      let beat = 0
      const timer = setInterval(() => {
        if (++beat < 2) return
        clearInterval(timer)
        resolve(beat)
      }, ms / 2)
    }),
  'setTimeout of node:timers': (ms) =>
    new Promise((resolve) => {
      timers.setTimeout(resolve, ms, 'over')
    }),
  'setTimeout of node:timers/promises': (ms) => wait(ms, 'over'),
  async 'setInterval of node:timers/promises'(ms) {
    let count = 0
    for await (const beat of beats(ms / 2, 'beat')) if (beat === 'beat' && ++count === 2) break
    return count
  },
  'scheduler.wait': (ms) => scheduler.wait(ms),
  promisify: (ms) => promisify(setTimeout)(ms, 'over'),
  async 'AbortSignal.timeout'(ms) {
    const signal = AbortSignal.timeout(ms)
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve)
    })
    const { name, message, code } = signal.reason as DOMException
    return [signal.reason instanceof DOMException, name, message, code]
  },
  async 'AbortSignal.timeout among others'(ms) {
    const signal = AbortSignal.any([new AbortController().signal, AbortSignal.timeout(ms)])
    return wait(60_000, undefined, { signal }).catch((error: Error & { code: string }) => [
      error.name,
      error.message,
      error.code,
      (error.cause as Error).name,
    ])
  },
  async refresh(ms) {
    let count = 0
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        if (++count === 2) resolve(count)
        else timer.refresh()
      }, ms / 2)
    })
  },
}

describe('a timer of a replay', () => {
  it.each(Object.keys(WAITS))('%s waits for nothing, and gives what it gave', async (name) => {
    const { live, replay } = await rehearse(() => WAITS[name]!(LONG_MS))

    const { value, report, tookMs } = await replay()

    expect(value).toEqual(live)
    expect(report).toMatchObject({ status: 'ok', dry: 0, released: 0 })
    expect(tookMs).toBeLessThan(LONG_MS)
  })

  it('wins the race that it won, and loses the one that it lost', async () => {
    const { live, replay } = await rehearse(async () => [
      await Promise.race([ask(60), sleep(15).then(() => 'gave up')]),
      await Promise.race([ask(1), sleep(LONG_MS).then(() => 'gave up')]),
    ])

    const { value, report } = await replay()

    expect(live).toEqual(['gave up', 'answer'])
    expect(value).toEqual(live)
    expect(report.status).toBe('ok')
  })

  it('is over between two calls where it was', async () => {
    const { live, replay } = await rehearse(async () => {
      const signal = AbortSignal.timeout(20)
      const first = await ask(40, signal)
      return signal.aborted ? [first, (signal.reason as Error).name] : [first, await ask(1)]
    })

    expect(live).toEqual(['answer', 'TimeoutError'])
    expect((await replay()).value).toEqual(live)
  })

  it('runs at the recorded pace where that is asked for', async () => {
    const { live, replay } = await rehearse(async () => {
      await sleep(60)
      return 'over'
    })

    const { value, tookMs } = await replay(undefined, { timing: 'recorded' })

    expect(value).toBe(live)
    expect(tookMs).toBeGreaterThan(50)
  })

  it('has the methods, the context and the arguments of a real one', async () => {
    const storage = new AsyncLocalStorage<string>()
    const { live, replay } = await rehearse(async () => {
      const seen: unknown[] = []
      const note = function (this: unknown, ...args: unknown[]) {
        seen.push([this === timer, storage.getStore(), ...args])
      }
      const timer = storage.run('inner', () => setTimeout(note, 1, 'a', 2))
      seen.push(typeof timer, typeof Number(timer), timer.hasRef())
      seen.push(timer.unref() === timer, timer.hasRef(), timer.ref() === timer, timer.hasRef())
      await sleep(3)
      seen.push(timer.refresh() === timer)
      await sleep(3)
      timer.close()
      timer.refresh()
      setTimeout(() => seen.push('not disposed'), 1)[Symbol.dispose]()
      setImmediate(() => seen.push('not disposed'))[Symbol.dispose]()
      clearTimeout(String(Number(setTimeout(() => seen.push('not cleared'), 1))))
      clearInterval(setTimeout(() => seen.push('not cleared'), 1))
      clearTimeout(undefined)
      await sleep(5)
      return seen
    })

    expect((await replay()).value).toEqual(live)
    expect(live).toContainEqual([true, 'inner', 'a', 2])
    expect(String(live)).not.toContain('not')
  })

  it('says what is wrong with arguments as a real one does', async () => {
    const { live, replay } = await rehearse(async () => [
      await thrown((async () => setTimeout(undefined as unknown as () => void, 1))()),
      await thrown((async () => AbortSignal.timeout(-1))()),
      await thrown(wait(1, 0, { ref: 'no' as unknown as boolean })),
      await thrown(wait(1, 0, { signal: AbortSignal.abort('gone') })),
    ])

    expect((await replay()).value).toEqual(live)
    expect(live.map((error) => (error as { code: unknown }).code)).toEqual([
      'ERR_INVALID_ARG_TYPE',
      'ERR_OUT_OF_RANGE',
      'ERR_INVALID_ARG_TYPE',
      'ABORT_ERR',
    ])
  })

  it('is one of many that fire in a row, which take little of a record', async () => {
    const { data, live, replay } = await rehearse(async () => {
      let turns = 0
      for (; turns < 500; turns++) await new Promise(setImmediate)
      return turns
    })

    expect(live).toBe(500)
    expect(JSON.stringify(data.virtual).length).toBeLessThan(400)
    expect((await replay()).value).toBe(live)
  })

  it('survives the committed form', async () => {
    const { data, live, replay } = await rehearse(() =>
      Promise.race([ask(60), sleep(15).then(() => 'gave up')]),
    )
    const { text, blobs } = serializeCassette(data)
    const read = parseCassette(text, (name) => blobs.get(name) as Uint8Array)

    expect((await replay(undefined, {}, read)).value).toBe(live)
  })

  it('is found in a process that is warm, whose pools have their timers already', async () => {
    let pool: NodeJS.Timeout | undefined
    const body = async () => {
      pool ??= setTimeout(() => {}, 60_000).unref()
      return Promise.race([ask(60), sleep(15).then(() => 'gave up')])
    }
    const { live, replay } = await rehearse(body)

    const { value, report, tookMs } = await replay()

    expect(value).toBe(live)
    expect(report).toMatchObject({ dry: 0 })
    expect(tookMs).toBeLessThan(1000)
  })
})

describe('timers and the date', () => {
  it('have a loop end that polls until its time is up', async () => {
    const { live, replay } = await rehearse(
      async () => {
        let turns = 0
        const endMs = Date.now() + 40
        while (Date.now() < endMs) {
          await sleep(5)
          turns++
        }
        return turns
      },
      { virtualize: ['timers', 'date'] },
    )

    const { value, report } = await replay()

    expect(value).toBe(live)
    expect(report).toMatchObject({ status: 'ok', dry: 0 })
  })
})

describe('a timer that did not fire within its session', () => {
  it('fires after the replay, with the rest of its time', async () => {
    let fired = 0
    const body = async () => {
      setTimeout(() => fired++, LONG_MS)
      return ask(1)
    }
    const { replay } = await rehearse(body)
    await delay(LONG_MS)
    expect(fired).toBe(1)

    await replay()
    expect(fired).toBe(1)
    await delay(LONG_MS + 50)

    expect(fired).toBe(2)
  })

  it('may be started again after the replay, and takes its time then', async () => {
    const timers: NodeJS.Timeout[] = []
    let fired = 0
    const { replay } = await rehearse(async () => {
      timers.push(setTimeout(() => fired++, 1))
      await sleep(5)
    })
    await replay()
    expect(fired).toBe(2)

    timers[1]?.refresh()
    await delay(100)

    expect(fired).toBe(3)
  })

  it('fires in a replay of edited code that waits for it, and is counted', async () => {
    const { replay } = await rehearse(async () => {
      const timer = setTimeout(() => {}, 5)
      clearTimeout(timer)
      return 'at once'
    })

    const { value, report } = await replay(async () => {
      await sleep(5)
      return 'in the end'
    })

    expect(value).toBe('in the end')
    expect(report).toMatchObject({ dry: 1 })
  })

  it('may be of the longest delay that there is', async () => {
    const warnings: string[] = []
    const warn = ({ name }: Error) => void warnings.push(name)
    process.on('warning', warn)
    const { replay } = await rehearse(async () => {
      const timer = setTimeout(() => {}, 2 ** 31 - 1)
      return ask(5).finally(() => clearTimeout(timer))
    })

    await replay()
    await delay(5)
    process.off('warning', warn)

    expect(warnings).toEqual([])
  })
})

describe('a timer that is not on record', () => {
  it('is real, and counted', async () => {
    const { replay, retake } = await rehearse(async () => ask(1))

    const { report } = await replay(async () => {
      await sleep(1)
      return ask(1)
    })

    expect(report).toMatchObject({ status: 'ok', dry: 1 })
    expect(retake.stats()).toMatchObject({ dry: 1 })
  })

  it('is real once a call runs for real, which is recorded anew', async () => {
    const body = async () => {
      const first = await Promise.race([ask(2), sleep(30).then(() => 'late')])
      const second = await Promise.race([ask(40), sleep(10).then(() => 'gave up')])
      await sleep(1)
      return [first, second]
    }
    const { retake, live, data, replay } = await rehearse(body)
    let fork = ''
    const forked = await retake.replay(
      data,
      (session) => {
        fork = session.id
        return body()
      },
      { until: 1 },
    )
    const kept = (await retake.store.load(fork)) as SessionData

    const { value, report } = await replay(undefined, {}, kept)

    expect(live).toEqual(['answer', 'gave up'])
    expect(forked).toEqual(live)
    expect(value).toEqual(live)
    expect(report).toMatchObject({ status: 'ok', dry: 0 })
  })

  it('is real beside a tool that runs for real', async () => {
    const body = () => Promise.race([ask(2), sleep(30).then(() => 'late')])
    const { replay } = await rehearse(body)

    const { value } = await replay(undefined, { tools: 'live' })

    expect(value).toBe('answer')
  })
})

describe('who has timers virtual', () => {
  it('is an instance that asked for it when recording, and when replaying', async () => {
    const body = async () => {
      await sleep(40)
      return ask(1)
    }
    const plain = createTestRetake()
    const virtual = createTestRetake(virtualized)
    const recordedPlain = await rehearse(body, {})
    const recordedVirtual = await rehearse(body)

    const unvirtual = await recordedVirtual.replay(undefined, {}, recordedVirtual.data, plain)
    const late = await recordedPlain.replay(undefined, {}, recordedPlain.data, virtual)

    expect([unvirtual.value, late.value]).toEqual(['answer', 'answer'])
    expect(Math.min(unvirtual.tookMs, late.tookMs)).toBeGreaterThan(30)
    expect(unvirtual.report.status).toBe('ok')
    expect(recordedPlain.data.virtual).toBeUndefined()
  })

  it('is none of the sessions of other instances that run at the same time', async () => {
    const body = async () => {
      const seen: unknown[] = []
      for (const ms of [5, 1, 3]) seen.push(await Promise.race([ask(2), sleep(ms).then(() => ms)]))
      return seen
    }
    const virtual = await rehearse(body)
    const plain = createTestRetake()

    const [replays, outside, inPlain, again] = await Promise.all([
      Promise.all([1, 2, 3].map(() => virtual.replay())),
      wait(5, 'real'),
      record(plain, async () => wait(5, 'real')),
      rehearse(body),
    ])

    for (const { value } of replays) expect(value).toEqual(virtual.live)
    expect([outside, inPlain.result]).toEqual(['real', 'real'])
    expect((await again.replay()).value).toEqual(again.live)
  })

  it('is no timer that Node starts for itself', async () => {
    const { data } = await rehearse(async () => {
      // The timers of `fetch`, and of what it waits for, belong to the whole process.
      await fetch('http://127.0.0.1:1/').catch(() => {})
      return 'unreachable'
    })

    expect(data.virtual?.[0]?.timers ?? {}).toEqual({})
  })

  it('is none beneath recorded calls, which a replay does not run', async () => {
    const tool = recorded('tool', 'slow', async () => {
      await sleep(20)
      return 'done'
    })
    const { data, replay } = await rehearse(async () => [await tool(), await sleep(1)])

    expect(Object.values(data.virtual?.[0]?.timers ?? {})).toEqual([[1, 1]])
    expect((await replay()).value).toEqual(['done', undefined])
  })

  it('is seen through by another copy of this package', async () => {
    createTestRetake(virtualized)
    vi.resetModules()
    const copy = await import('../retake.ts')
    const { createMemoryStore } = await import('@retake/store')
    const other = copy.createRetake({
      ...virtualized,
      store: createMemoryStore(),
      log: false,
      environment: { RETAKE_REPLAY_ENABLED: '1' },
    })
    const body = () => Promise.race([sleep(LONG_MS).then(() => 'late'), wait(LONG_MS / 2, 'first')])
    let id = ''
    const live = await other.session((session) => {
      id = session.id
      return body()
    })

    const startedMs = performance.now()
    const replayed = await other.replay(id, body)

    expect(copy.createRetake).not.toBe(createTestRetake)
    expect(replayed).toBe(live)
    expect(performance.now() - startedMs).toBeLessThan(LONG_MS / 2)
  })

  it('is nobody while a test fakes timers, and after it again', async () => {
    const retake = createTestRetake(virtualized)
    const virtual = globalThis.setTimeout
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const faked = record(retake, () => sleep(60_000))
    await vi.advanceTimersByTimeAsync(60_000)
    const { id } = await faked
    vi.useRealTimers()

    expect((await retake.store.load(id))?.virtual?.[0]?.timers).toBeUndefined()
    expect(globalThis.setTimeout).toBe(virtual)
    const { replay } = await rehearse(() => sleep(LONG_MS))
    expect((await replay()).tookMs).toBeLessThan(LONG_MS)
  })
})

describe('an error in the callback of a timer', () => {
  it('is an uncaught exception in a replay too, and the replay goes on', () => {
    const program = `
      import { createRetake } from '@retake/core'
      import { createMemoryStore } from '@retake/core/stores/memory'
      const environment = { RETAKE_REPLAY_ENABLED: '1' }
      const retake = createRetake({ store: createMemoryStore(), environment, virtualize: ['timers'] })
      const seen = []
      process.on('uncaughtException', (error) => seen.push('uncaught ' + error.message))
      process.on('unhandledRejection', (error) => seen.push('unhandled ' + error.message))
      const body = async () => {
        setTimeout(() => { throw new Error('own') }, 1)
        await new Promise((resolve) => setTimeout(resolve, 5))
        return 'on'
      }
      let id
      const live = await retake.session((session) => { id = session.id; return body() })
      const replayed = await retake.replay(id, body)
      console.log(JSON.stringify({ live, replayed, seen }))
    `
    const args = ['--conditions=@retake/source', '--input-type=module', '-e', program]
    const printed = execFileSync(process.execPath, args, {
      encoding: 'utf8',
      cwd: import.meta.dirname,
    })

    expect(JSON.parse(printed)).toEqual({
      live: 'on',
      replayed: 'on',
      seen: ['uncaught own', 'uncaught own'],
    })
  })
})

describe('plain timers of a replay', () => {
  const RACES: Readonly<Record<string, () => Promise<unknown>>> = {
    'a race': () => Promise.race([ask(500), sleep(250).then(() => 'gave up')]),
    'a race with a promise of a timer': () => Promise.race([ask(500), wait(250, 'gave up')]),
    async 'a deadline that is looked at between two calls'() {
      const signal = AbortSignal.timeout(250)
      await ask(500, signal)
      return signal.aborted ? 'too late' : 'in time'
    },
  }

  it.each(Object.keys(RACES))('that lose now are told of: %s', async (name) => {
    const { live, replay } = await rehearse(RACES[name]!, {})

    const { value, report, tookMs } = await replay(undefined, { onLeftover: 'ignore' })

    expect(value).not.toBe(live)
    expect(report.overtook).toMatchObject([{ seq: 1, name: 'ask', ms: expect.any(Number) }])
    expect(report.overtook?.[0]?.ms).toBeGreaterThan(report.overtook?.[0]?.timerMs ?? 500)
    expect(formatReport(report)).toMatch(/timer {4}1 tool ask took \d+ ms when recorded/)
    expect(tookMs).toBeLessThan(1000)
  })

  it.each<[string, () => Promise<unknown>]>([
    [
      'that were cleared before',
      () => {
        const timer = setTimeout(() => {}, 1)
        clearTimeout(timer)
        return ask(30)
      },
    ],
    [
      'that take longer than the call',
      async () => {
        const timer = setTimeout(() => {}, 60_000)
        return ask(5).finally(() => clearTimeout(timer))
      },
    ],
    ['that were waited for', () => sleep(2).then(() => ask(30))],
  ])('are not told of %s', async (_which, body) => {
    const { replay } = await rehearse(body, {})

    expect((await replay()).report.overtook).toBeUndefined()
  })

  it('leave the globals as they were once no replay is open', async () => {
    const globals = (): unknown[] => [
      globalThis.setTimeout,
      Reflect.get(AbortSignal, 'timeout') as unknown,
    ]
    const before = globals()

    const { replay } = await rehearse(() => ask(1), {})
    await replay()

    expect(globals()).toEqual(before)
  })
})
