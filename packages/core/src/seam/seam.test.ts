import { describe, expect, it, vi } from 'vitest'
import {
  call,
  createRetake,
  currentSession,
  effect,
  isRetakeError,
  now,
  random,
  recorded,
  scope,
  sleep,
  stream,
  uuid,
  type PricedCall,
  type ReplayOptions,
  type Retake,
  type RetakeOptions,
  type Usage,
  type SessionData,
} from '../index.ts'
import { currentScope, inSpan, openSpan } from '../adapter.ts'
import { delay } from '../runtime/clock.ts'
import { createMemoryStore } from '@retake/store'
import { readAll, streamOf } from '../../test/streams.ts'

const environment = { RETAKE_REPLAY_ENABLED: '1' }

function createTestRetake(options: RetakeOptions = {}): Retake {
  return createRetake({ store: createMemoryStore(), environment, log: false, ...options })
}

/** Runs `body` live, then replayed, and returns both results with the number of live calls of each. */
async function recordAndReplay<T>(body: () => Promise<T>, options?: ReplayOptions) {
  const retake = createTestRetake()
  const { id, result } = await record(retake, body)
  const before = liveCalls
  const replayed = await retake.replay(id, body, options)
  return { retake, id, live: result, replayed, callsInReplay: liveCalls - before }
}

async function record<T>(retake: Retake, body: () => Promise<T>) {
  let id = ''
  let settled = Promise.resolve()
  const result = await retake.session((session) => {
    id = session.id
    settled = session.settled
    return body()
  })
  await settled
  return { id, result }
}

let liveCalls = 0

/** A model that answers differently each time it really runs. */
function ask(prompt: string, latencyMs = 0): Promise<string> {
  return call({ kind: 'llm', name: 'test/model', request: { prompt } }, async () => {
    await delay(latencyMs)
    return `${prompt} → answer ${++liveCalls}`
  })
}

function askAtOnce(prompt: string): Promise<string> {
  return call({ kind: 'llm', name: 'test/model', request: { prompt } }, async () => prompt)
}

function askStream(prompt: string, { signal }: { signal?: AbortSignal } = {}) {
  const options = {
    kind: 'llm',
    name: 'test/model',
    op: 'stream',
    request: { prompt },
    signal,
  } as const
  return stream(options, async () => {
    const seed = ++liveCalls
    return { id: seed, stream: streamOf(['a', 'b', 'c'].map((text) => ({ text, seed }))) }
  })
}

/** Reads parts, and tells of each how many turns of the event loop, and rounds of promises in its turn, it took. */
async function readAgainstClocks(parts: ReadableStream | AsyncIterable<unknown>) {
  let turns = 0
  let rounds = 0
  let isOver = false
  const turn = () => {
    turns++
    if (!isOver) setImmediate(turn)
  }
  const round = async () => {
    while (rounds < 100) {
      rounds++
      await Promise.resolve()
    }
  }
  setImmediate(turn)
  void round()
  const iterator = parts[Symbol.asyncIterator]()
  const seen: { part: unknown; turns: number; rounds: number }[] = []
  for (;;) {
    const [turnsBefore, roundsBefore] = [turns, rounds]
    const { done, value } = await iterator.next()
    const step = { turns: turns - turnsBefore, rounds: rounds - roundsBefore }
    seen.push({ part: done ? 'end' : value, ...step })
    if (done) break
  }
  isOver = true
  return seen
}

function thrown(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  )
}

describe('a call outside of a session', () => {
  it('is simply made', async () => {
    const before = liveCalls

    await ask('hello')

    expect(liveCalls).toBe(before + 1)
    expect(currentSession()).toBeUndefined()
  })
})

describe('record and replay', () => {
  it('serves the recorded answer without making the call', async () => {
    const { live, replayed, callsInReplay } = await recordAndReplay(() => ask('hello'))

    expect(replayed).toBe(live)
    expect(callsInReplay).toBe(0)
  })

  it('serves parallel calls whatever order they are made in', async () => {
    const retake = createTestRetake()
    const prompts = ['one', 'two', 'three']
    const { id, result } = await record(retake, () =>
      Promise.all(prompts.map((prompt) => ask(prompt))),
    )

    const replayed = await retake.replay(id, () =>
      Promise.all(prompts.toReversed().map((prompt) => ask(prompt))),
    )

    expect(replayed).toEqual(result.toReversed())
  })

  it('serves equal calls in the order in which they were made', async () => {
    const { live, replayed } = await recordAndReplay(async () => [
      await ask('same'),
      await ask('same'),
      await ask('same'),
    ])

    expect(new Set(live).size).toBe(3)
    expect(replayed).toEqual(live)
  })

  it('serves equal parallel calls by start order, not by completion', async () => {
    const { live, replayed } = await recordAndReplay(() =>
      Promise.all([ask('same', 12), ask('same', 6), ask('same', 1)]),
    )

    expect(replayed).toEqual(live)
  })

  it('serves a retry after its failure', async () => {
    let attempts = 0
    const flaky = () =>
      call({ kind: 'llm', name: 'flaky', request: 'same' }, async () => {
        attempts++
        if (attempts === 1) throw Object.assign(new Error('slow down'), { status: 429 })
        return `answer ${attempts}`
      })
    const { live, replayed } = await recordAndReplay(async () => {
      const first = await flaky().catch(
        (error: { message: string; status: number }) => `${error.message} ${error.status}`,
      )
      return [first, await flaky()]
    })

    expect(live).toEqual(['slow down 429', 'answer 2'])
    expect(replayed).toEqual(live)
    expect(attempts).toBe(2)
  })

  it('brings races out as they were recorded', async () => {
    const { live, replayed } = await recordAndReplay(async () => {
      const winner = await Promise.race([ask('slow', 30), ask('fast', 1), ask('middle', 15)])
      return { winner, next: await ask(`after ${winner}`) }
    })

    expect(live.winner).toContain('fast')
    expect(replayed).toEqual(live)
  })

  it('keeps sync functions synchronous', async () => {
    let runs = 0
    const double = recorded('tool', 'double', (value: number) => {
      runs++
      return value * 2
    })
    const { replayed } = await recordAndReplay(async () => double(21))

    expect(replayed).toBe(42)
    expect(runs).toBe(1)
  })

  it('serves thrown values as they were', async () => {
    const failing = recorded('tool', 'failing', async () => {
      throw Object.assign(new TypeError('bad city'), { code: 'E_CITY' })
    })
    const { live, replayed } = await recordAndReplay(() => thrown(failing()))

    expect(replayed).toBeInstanceOf(TypeError)
    expect(replayed).toEqual(live)
    expect(replayed).toHaveProperty('code', 'E_CITY')
  })

  it('serves values that JSON does not know', async () => {
    const { live, replayed } = await recordAndReplay(() =>
      call({ kind: 'tool', name: 'rich' }, async () => ({
        date: new Date(0),
        bytes: new Uint8Array([1, 2]),
        map: new Map([['a', undefined]]),
        big: 10n,
        not: Number.NaN,
        url: new URL('http://localhost/'),
      })),
    )

    expect(replayed).toEqual(live)
  })

  it('covers the calls beneath a served call', async () => {
    let runs = 0
    const research = recorded('tool', 'research', async (topic: string) => {
      runs++
      return `${await ask(topic)} and ${await ask(`more ${topic}`)}`
    })
    const { live, replayed } = await recordAndReplay(() => research('whales'))

    expect(replayed).toBe(live)
    expect(runs).toBe(1)
  })

  it('does not record a call twice when adapters overlap', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, () =>
      call({ kind: 'llm', name: 'outer' }, () =>
        call({ kind: 'http', name: 'inner' }, async () => 'answer'),
      ),
    )

    const { events } = (await retake.store.load(id))!
    expect(events.map(({ name }) => name)).toEqual(['outer'])
  })
})

describe('streams', () => {
  it('serve the same parts and what came with the opening', async () => {
    const { live, replayed, callsInReplay } = await recordAndReplay(async () => {
      const { stream: parts, ...opening } = await askStream('hello')
      return { opening, parts: await readAll(parts) }
    })

    expect(live.parts).toHaveLength(3)
    expect(replayed).toEqual(live)
    expect(callsInReplay).toBe(0)
  })

  it.each([
    ['a web stream', () => streamOf(['a', 'b', 'c', 'd'])],
    [
      'an iterable',
      async function* () {
        yield* ['a', 'b', 'c', 'd']
      },
    ],
  ])(
    'come in as many turns as they came in, and as many rounds within one: %s',
    async (_, open) => {
      const { live, replayed } = await recordAndReplay(async () => {
        const parts = await call({ kind: 'tool', name: 'parts' }, async () => {
          await delay(1)
          return open()
        })
        return readAgainstClocks(parts)
      })

      expect(replayed).toEqual(live)
      expect(live.map(({ turns }) => turns)).toEqual([0, 0, 0, 0, 0])
    },
  )

  it('come in turns of their own where they had to be waited for', async () => {
    const { live, replayed } = await recordAndReplay(async () => {
      const parts = await call({ kind: 'tool', name: 'parts' }, async () =>
        (async function* () {
          for (const part of ['a', 'b']) {
            await delay(1)
            yield part
          }
        })(),
      )
      return readAgainstClocks(parts)
    })

    expect(replayed.map(({ part }) => part)).toEqual(live.map(({ part }) => part))
    expect(replayed.map(({ turns }) => turns > 0)).toEqual([true, true, false])
  })

  it('are not read ahead, and pass a cancel on', async () => {
    const retake = createTestRetake()
    let pulls = 0
    let cancelled: unknown
    const source = new ReadableStream<number>(
      {
        pull: (controller) => controller.enqueue(++pulls),
        cancel: (reason) => void (cancelled = reason),
      },
      { highWaterMark: 0 },
    )
    await record(retake, async () => {
      const { stream: parts } = await stream({ kind: 'llm', name: 'endless' }, async () => ({
        stream: source,
      }))
      const reader = parts.getReader()
      await reader.read()
      await reader.cancel('enough')
    })

    expect(pulls).toBe(1)
    expect(cancelled).toBe('enough')
  })

  it('that were broken off replay up to where they were read', async () => {
    const { live, replayed } = await recordAndReplay(async () => {
      const reader = (await askStream('hello')).stream.getReader()
      const first = await reader.read()
      await reader.cancel()
      return first
    })

    expect(replayed).toEqual(live)
  })

  it('fail in the replay where they failed when recorded', async () => {
    const { live, replayed } = await recordAndReplay(async () => {
      const { stream: parts } = await stream({ kind: 'llm', name: 'broken' }, async () => ({
        stream: streamOf(['one', new Error('socket cut')]),
      }))
      const reader = parts.getReader()
      return [await reader.read(), await thrown(reader.read())]
    })

    expect(replayed).toEqual(live)
  })

  it('never end where the recording was cut off by an abort', async () => {
    const body = async () => {
      const controller = new AbortController()
      const { stream: parts } = await askStream('hello', { signal: controller.signal })
      const reader = parts.getReader()
      const first = await reader.read()
      controller.abort(new Error('user left'))
      await reader.cancel()
      return first
    }
    const retake = createTestRetake()
    const { id } = await record(retake, body)

    const readOn = retake.replay(id, async () => readAll((await askStream('hello')).stream), {
      abortGraceMs: 1,
    })

    await expect(readOn).rejects.toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
    await expect(retake.replay(id, body)).resolves.toMatchObject({ done: false })
  })

  it('of tools come back as async iterables', async () => {
    const count = recorded('tool', 'count', async function* (to: number) {
      for (let step = 1; step <= to; step++) yield `${step} of ${to}, ${++liveCalls}`
    })
    const { live, replayed, callsInReplay } = await recordAndReplay(() => readAll(count(3)))

    expect(replayed).toEqual(live)
    expect(callsInReplay).toBe(0)
  })

  it('longer than the limit are marked, and refused in a replay', async () => {
    const retake = createTestRetake({ maxStreamChars: 10 })
    const body = async () => readAll((await askStream('hello')).stream)
    const { id, result } = await record(retake, body)

    expect(result).toHaveLength(3)
    await expect(retake.replay(id, body)).rejects.toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
  })
})

describe('a miss', () => {
  it('names the call, the nearest recording and what differs', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, () => ask('Grade this essay'))

    const error = await thrown(retake.replay(id, () => ask('Grade this essay, briefly')))

    expect(error).toMatchObject({
      name: 'ReplayMissError',
      code: 'REPLAY_MISS',
      status: 409,
      isRetryable: false,
    })
    expect((error as Error).message).toContain(
      `no recording for llm test/model (call 1) in session ${id}`,
    )
    expect((error as Error).message).toMatch(
      /prompt {2}recorded "Grade this essay" {2}now "Grade this essay, briefly"/,
    )
    expect((error as Error).message).toContain(`X-Replay: ${id};match=lenient`)
  })

  it('fails the replay although the app swallowed it, and refuses every later call', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, async () => [await ask('one'), await ask('two')])
    const before = liveCalls
    const errors: unknown[] = []

    const replay = retake.replay(id, async () => {
      errors.push(await thrown(ask('changed')), await thrown(ask('two')))
      return 'all fine'
    })

    const failure = await thrown(replay)
    expect(errors).toEqual([failure, failure])
    expect(failure).toBe(errors[0])
    expect(liveCalls).toBe(before)
  })

  it('comes for a call more than was recorded, never a repeated answer', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, () => ask('same'))

    const error = await thrown(
      retake.replay(id, async () => [await ask('same'), await ask('same')]),
    )

    expect(isRetakeError(error) && error.code).toBe('REPLAY_MISS')
    expect((error as Error).message).toContain('already used')
  })

  it('comes for a call of another shape', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, () => ask('hello'))

    const error = await thrown(retake.replay(id, () => askStream('hello')))

    expect((error as Error).message).toContain('now asked as stream')
  })

  it('with policy live makes this call for real, in a session of its own', async () => {
    const retake = createTestRetake()
    const { id, result } = await record(retake, async () => [await ask('one'), await ask('two')])
    const before = liveCalls
    let fork = ''

    const replayed = await retake.replay(
      id,
      async (session) => {
        fork = session.id
        return [await ask('one'), await ask('changed')]
      },
      { onMiss: 'live', onLeftover: 'warn' },
    )

    expect(replayed[0]).toBe(result[0])
    expect(liveCalls).toBe(before + 1)
    const again = await retake.replay(fork, async () => [await ask('one'), await ask('changed')])
    expect(again).toEqual(replayed)
  })

  it('with policy live-after makes all that follows for real', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, async () => [await ask('one'), await ask('two')])
    const before = liveCalls

    await retake.replay(id, async () => [await ask('changed'), await ask('two')], {
      onMiss: 'live-after',
      onLeftover: 'ignore',
    })

    expect(liveCalls).toBe(before + 2)
  })
})

describe('a fork', () => {
  it('serves a prefix, goes live from there, and leaves its parent as it was', async () => {
    const retake = createTestRetake()
    const body = async () => [await ask('one'), await ask('two'), await ask('three')]
    const { id, result } = await record(retake, body)
    const parent = JSON.stringify(await retake.store.load(id))
    const before = liveCalls

    const forked = await retake.replay(id, body, { until: 1 })

    expect(forked[0]).toBe(result[0])
    expect(liveCalls).toBe(before + 2)
    expect(JSON.stringify(await retake.store.load(id))).toBe(parent)
  })
})

describe('leftovers', () => {
  it('fail a strict replay', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, async () => [await ask('one'), await ask('two')])

    const error = await thrown(retake.replay(id, () => ask('one')))

    expect(error).toMatchObject({ code: 'REPLAY_LEFTOVER', status: 409 })
    expect((error as Error).message).toContain('1 of 2 recorded calls')
  })

  it('are what the loser of a race does not ask for in the turn in which the session ends either', async () => {
    const race = () =>
      Promise.race([
        askAtOnce('quick'),
        askAtOnce('slow')
          .then(() => askAtOnce('slower'))
          .then(() => askAtOnce('slowest')),
      ])

    const { live, replayed } = await recordAndReplay(race)

    expect(replayed).toBe(live)
  })

  it('make the replay a failed session', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, async () => [await ask('one'), await ask('two')])
    let replayId = ''

    await thrown(
      retake.replay(id, (session) => {
        replayId = session.id
        return ask('one')
      }),
    )

    expect((await retake.store.load(replayId))?.end).toMatchObject({ endState: 'failure' })
  })

  it('only warn in a lenient one', async () => {
    const retake = createTestRetake()
    const { id, result } = await record(retake, async () => [await ask('one'), await ask('two')])

    await expect(retake.replay(id, () => ask('one'), { match: 'lenient' })).resolves.toBe(result[0])
  })

  it('hide behind no failure of the app', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, () => ask('one'))

    const replay = retake.replay(id, async () => {
      throw new Error('app bug')
    })

    await expect(replay).rejects.toThrow('app bug')
  })
})

describe('matching', () => {
  it('lenient serves an edited request and flags it', async () => {
    const retake = createTestRetake()
    const { id, result } = await record(retake, () => ask('Grade this essay for me please'))

    const report = await retake.replay(
      id,
      async (session) => {
        expect(await ask('Grade this essay for me now')).toBe(result)
        return session.report()
      },
      { match: 'lenient' },
    )

    expect(report).toMatchObject({ status: 'drift=1', served: 1, exact: 0 })
    expect(report?.drifted[0]?.differences[0]?.path).toBe('prompt')
  })

  it('lenient does not serve another request', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, () => ask('Grade this essay for me please'))

    const replay = retake.replay(id, () => ask('0'), { match: 'lenient' })

    await expect(replay).rejects.toMatchObject({ code: 'REPLAY_MISS' })
  })

  it('by position serves the Nth call of a name whatever it asks, and flags it', async () => {
    const retake = createTestRetake()
    const { id, result } = await record(retake, async () => [await ask('one'), await ask('two')])

    const replayed = await retake.replay(
      id,
      async (session) => ({
        answers: [await ask('three'), await ask('two')],
        report: session.report(),
      }),
      { match: 'position' },
    )

    expect(replayed.answers).toEqual(result)
    expect(replayed.report?.drifted).toHaveLength(1)
  })

  it('finds a call that moved to another place', async () => {
    const retake = createTestRetake()
    const { id, result } = await record(retake, () => ask('one'))

    const replayed = await retake.replay(id, () => scope('moved', () => ask('one')))

    expect(replayed).toBe(result)
  })

  it('keeps keyed branches apart, whatever order they start in', async () => {
    const retake = createTestRetake()
    const branch = (key: string) => scope('item', { key }, () => ask('same question'))
    const { id, result } = await record(retake, () => Promise.all([branch('a'), branch('b')]))

    const [b, a] = await retake.replay(id, () => Promise.all([branch('b'), branch('a')]))

    expect([a, b]).toEqual(result)
  })
})

describe('effects', () => {
  it('give recorded times, numbers and ids', async () => {
    const { live, replayed } = await recordAndReplay(async () => ({
      now: now(),
      random: random(),
      uuid: uuid(),
      charge: await effect('charge', async () => `receipt ${++liveCalls}`),
    }))

    expect(replayed).toEqual(live)
  })

  it('sleep waits live, and keeps its order without waiting in a replay', async () => {
    const race = () =>
      Promise.race([sleep(5).then(() => 'timer'), ask('slow', 40).then(() => 'answer')])
    const { live, replayed } = await recordAndReplay(race)

    expect(live).toBe('timer')
    expect(replayed).toBe('timer')
  })

  it('sleep stops at an abort', async () => {
    const controller = new AbortController()
    controller.abort(new Error('stop'))

    await expect(sleep(10_000, { signal: controller.signal })).rejects.toThrow('stop')
  })
})

describe('tools that run in a replay', () => {
  const clock = recorded('tool', 'clock', async (zone: string) => `${zone} tick ${++liveCalls}`)

  it('with policy live run for real', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, () => clock('UTC'))
    const before = liveCalls

    await retake.replay(id, () => clock('UTC'), { tools: { clock: 'live' } })

    expect(liveCalls).toBe(before + 1)
  })

  it('with policy live serve the calls that they make', async () => {
    const retake = createTestRetake()
    let runs = 0
    const research = recorded('tool', 'research', async () => {
      runs++
      return ask('whales')
    })
    const { id, result } = await record(retake, () => research())
    const before = liveCalls

    const replayed = await retake.replay(id, () => research(), { tools: 'live' })

    expect(replayed).toBe(result)
    expect(runs).toBe(2)
    expect(liveCalls).toBe(before)
  })

  it('with policy compare say how their outcome differs', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, () => clock('UTC'))

    const report = await retake.replay(
      id,
      async (session) => {
        await clock('UTC')
        return session.report()
      },
      { tools: 'compare' },
    )

    expect(report?.drifted[0]).toMatchObject({ tier: 'compared', name: 'clock' })
  })
})

describe('what a call cost', () => {
  const answer = (usage: Usage) =>
    call(
      {
        kind: 'llm',
        name: 'test/model',
        provider: 'test',
        model: 'model',
        summarize: () => ({ usage }),
      },
      async () => 'answer',
    )

  it('is counted by the price that the app gives', async () => {
    const price = vi.fn<(call: PricedCall) => number>(
      ({ usage }) => (usage.inputTokens ?? 0) * 0.01,
    )
    const retake = createTestRetake({ price })
    const { id } = await record(retake, () => answer({ inputTokens: 5 }))

    const { events, end } = (await retake.store.load(id))!
    expect(price).toHaveBeenCalledExactlyOnceWith({
      provider: 'test',
      model: 'model',
      usage: { inputTokens: 5 },
    })
    expect(events[0]?.costUsd).toBe(0.05)
    expect(end?.totals).toMatchObject({ costUsd: 0.05, usage: { inputTokens: 5 } })
  })

  it('does not cost the record when the price or the usage is wrong', async () => {
    const price = () => {
      throw new Error('no such model')
    }
    const retake = createTestRetake({ price })
    const { id, result } = await record(retake, () =>
      answer({ inputTokens: Number.NaN, outputTokens: 1 }),
    )

    const { events } = (await retake.store.load(id))!
    expect(events[0]).toMatchObject({
      state: 'ok',
      usage: { outputTokens: 1 },
      outcome: { value: result },
    })
    expect(retake.stats().failures).toBe(1)
  })
})

describe('pending calls', () => {
  it('are written as such, and stay in flight in a replay until they are aborted', async () => {
    const retake = createTestRetake({ drainMs: 5 })
    const hang = (signal?: AbortSignal) =>
      call({ kind: 'llm', name: 'hanging', signal }, () => new Promise<string>(() => {}))
    const { id } = await record(retake, async () => {
      void hang()
      return ask('done')
    })
    const { events } = (await retake.store.load(id))!
    const controller = new AbortController()

    const replayed = retake.replay(id, async () => {
      const hanging = thrown(hang(controller.signal))
      await ask('done')
      controller.abort('gave up')
      return hanging
    })

    expect(events.find(({ name }) => name === 'hanging')).toMatchObject({ state: 'pending' })
    await expect(replayed).resolves.toBe('gave up')
  })

  it('of a session that was cut off are missed, since nobody knows how they went', async () => {
    const retake = createTestRetake()
    let cutOff: SessionData | undefined
    const { result } = await record(retake, async () => {
      const first = await ask('one')
      const second = ask('two', 20)
      await new Promise(setImmediate)
      cutOff = await retake.store.load(currentSession()!.id)
      return [first, await second]
    })

    const first = await retake.replay(cutOff!, () => ask('one'))
    const error = await thrown(retake.replay(cutOff!, () => ask('two')))

    expect(first).toBe(result[0])
    expect(error).toMatchObject({ code: 'REPLAY_MISS' })
    expect((error as Error).message).toContain('in flight when the recording stopped')
  })

  it('do not fail a replay when they are streams that the session did not wait for', async () => {
    const retake = createTestRetake({ drainMs: 1 })
    const body = async () => {
      const { stream: parts } = await stream({ kind: 'llm', name: 'endless' }, async () => ({
        stream: new ReadableStream<string>({ start: (source) => source.enqueue('one') }),
      }))
      const reader = parts.getReader()
      await reader.read()
      void reader.read()
      return ask('meanwhile')
    }
    const { id, result } = await record(retake, body)

    await expect(retake.replay(id, body)).resolves.toBe(result)
  })
})

describe('sessions', () => {
  it('join the one around them', async () => {
    const retake = createTestRetake()
    const inner = retake.traced(async () => currentSession()?.id, { name: 'inner' })

    const ids = await retake.session(async (session) => [session.id, await inner()])

    expect(ids[0]).toBe(ids[1])
  })

  it('hold decisions, scores, messages, errors and tags', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, async () => {
      const session = currentSession()!
      session.decision({
        reasoning: 'cheap',
        alternatives: ['a', 'b'],
        chosen: 'a',
        confidence: 0.9,
      })
      session.score('helpful', 0.9)
      session.message('user', 'hello')
      session.error(new Error('handled'))
      session.event('cache', { hit: true })
      session.addTags(['prod'])
      session.setMetadata({ user: 7 })
      session.end('failure', 'not good enough')
    })

    const { session, events, end } = (await retake.store.load(id))!
    expect(events.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'decision decision',
      'score helpful',
      'message user',
      'error Error',
      'custom cache',
    ])
    expect(session).toMatchObject({ tags: ['prod'], metadata: { user: 7 } })
    expect(end).toMatchObject({ endState: 'failure', endReason: 'not good enough' })
  })

  it('hold no credentials in what describes them', async () => {
    const retake = createTestRetake()
    const key = 'sk-proj-AbCdEfGh1234567890AbCdEf'
    const about = {
      name: key,
      agent: key,
      goal: key,
      tags: [key],
      metadata: { password: 'hunter2!' },
    }
    const { id, settled } = await retake.session(about, (session) => {
      session.addTags([`with ${key}`])
      session.setMetadata({ apiKey: 'not hex' })
      return session
    })
    await settled

    const text = JSON.stringify(await retake.store.load(id))
    for (const secret of [key, 'hunter2!', 'not hex']) expect(text).not.toContain(secret)
  })

  it('fail when their function throws, and let its error through', async () => {
    const retake = createTestRetake()
    let id = ''

    const run = retake.session(async (session) => {
      id = session.id
      throw new Error('app bug')
    })

    await expect(run).rejects.toThrow('app bug')
    expect((await retake.store.load(id))?.end).toMatchObject({
      endState: 'failure',
      endReason: 'app bug',
    })
  })

  it('stay open for what waitUntil was given', async () => {
    const retake = createTestRetake()
    const { promise: background, resolve: finish } = Promise.withResolvers<void>()
    let settled = false
    await retake.session(async (session) => {
      session.waitUntil(background)
      void session.settled.then(() => (settled = true))
    })
    await Promise.resolve()

    expect(settled).toBe(false)
    finish()
    await expect.poll(() => settled).toBe(true)
  })

  it('nest events under spans', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, () =>
      inSpan({ kind: 'chain', name: 'agent' }, () => ask('hello')),
    )

    const { events } = (await retake.store.load(id))!
    expect(events).toMatchObject([
      { kind: 'chain', name: 'agent', seq: 1, state: 'ok' },
      { kind: 'llm', parent: 1, path: 'chain:agent#0' },
    ])
  })

  it('never break the app when the store fails', async () => {
    const log: string[] = []
    const store = {
      ...createMemoryStore(),
      open: () => {
        throw new Error('disk full')
      },
    }
    const retake = createTestRetake({ store, log: (text) => void log.push(text) })

    await expect(retake.session(() => ask('hello'))).resolves.toContain('hello')
    expect(log).toHaveLength(1)
    expect(retake.stats().failures).toBe(1)
  })

  it('are not replayed while the gate is closed', async () => {
    const retake = createTestRetake({ environment: {} })
    const { id } = await record(retake, () => ask('hello'))

    await expect(retake.replay(id, () => ask('hello'))).rejects.toMatchObject({
      code: 'REPLAY_DISABLED',
    })
  })

  it('that do not exist, expired, or hold no answers are refused by name', async () => {
    const retake = createTestRetake()
    const expired = createTestRetake({ expiresAfterDays: 1e-9 })
    const bare = createTestRetake({ capture: 'metadata' })
    const gone = await record(expired, () => ask('hello'))
    const empty = await record(bare, () => ask('hello'))
    const body = () => ask('hello')

    await expect(retake.replay('0197aaaa-none', body)).rejects.toMatchObject({
      code: 'REPLAY_SESSION_NOT_FOUND',
    })
    await expect(expired.replay(gone.id, body)).rejects.toMatchObject({
      code: 'REPLAY_SESSION_EXPIRED',
    })
    await expect(bare.replay(empty.id, body)).rejects.toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
  })

  it('of a replay replay what that one replayed', async () => {
    const retake = createTestRetake()
    const { id, result } = await record(retake, () => ask('hello'))
    let replayId = ''
    await retake.replay(id, (session) => {
      replayId = session.id
      return ask('hello')
    })

    await expect(retake.replay(replayId, () => ask('hello'))).resolves.toBe(result)
  })

  it('not sampled are written all the same when they fail', async () => {
    const retake = createTestRetake({ sample: 0 })
    const good = await record(retake, () => ask('hello'))
    let bad = ''
    await thrown(
      retake.session(async (session) => {
        bad = session.id
        await ask('hello')
        throw new Error('app bug')
      }),
    )

    expect(await retake.store.load(good.id)).toBeUndefined()
    expect((await retake.store.load(bad))?.events).toHaveLength(1)
  })
})

describe('a call whose recording is no answer', () => {
  it('runs again, and is served what it asks for', async () => {
    let runs = 0
    const stop = () =>
      call(
        {
          kind: 'tool',
          name: 'approve',
          request: {},
          runsAgain: ({ value }) => value === 'stopped',
        },
        async () => {
          runs++
          await ask('advice')
          return 'stopped'
        },
      )

    const { callsInReplay, replayed } = await recordAndReplay(stop)

    expect(replayed).toBe('stopped')
    expect(runs).toBe(2)
    expect(callsInReplay).toBe(0)
  })
})

describe('an abort', () => {
  it('makes no difference in a replay where the call took no notice of it', async () => {
    const { live, replayed } = await recordAndReplay(async () => {
      const controller = new AbortController()
      const { signal } = controller
      const tool = call({ kind: 'tool', name: 'deaf', signal }, async () =>
        delay(1).then(() => 'done'),
      )
      const parts = await stream({ kind: 'llm', name: 'deaf', op: 'stream', signal }, async () => ({
        stream: streamOf(['one', 'two', 'three']),
      }))
      const reader = parts.stream.getReader()
      const first = await reader.read()
      controller.abort(new Error('user left'))
      return [await tool, first, await reader.read(), await reader.read(), await reader.read()]
    })

    expect(live[0]).toBe('done')
    expect(replayed).toEqual(live)
  })

  it('comes out as the error that the caller was given for it', async () => {
    const body = async () => {
      const controller = new AbortController()
      const { signal } = controller
      const answer = call({ kind: 'llm', name: 'test/model', signal }, async () => {
        await delay(1)
        controller.abort()
        throw Object.assign(new Error('Request was aborted.'), { name: 'APIUserAbortError' })
      })
      const failure = thrown(answer)
      await delay(5)
      controller.abort()
      return failure
    }

    const { live, replayed } = await recordAndReplay(body)

    expect(replayed).toMatchObject({ name: 'APIUserAbortError', message: 'Request was aborted.' })
    expect(live).toMatchObject({ name: 'APIUserAbortError' })
  })

  it('ends a stream that its reader leaves without a word', async () => {
    const retake = createTestRetake()
    const body = async () => {
      const controller = new AbortController()
      const { signal } = controller
      const parts = await call(
        { kind: 'llm', name: 'test/model', op: 'stream', signal },
        async () => streamOf(['one', 'two', 'three']),
      )
      const { value } = await parts.getReader().read()
      controller.abort()
      return value
    }

    const { id, result } = await record(retake, body)
    const replayed = await retake.replay(id, body)

    expect(replayed).toBe(result)
    const data = await retake.store.load(id)
    expect(data?.events[0]?.outcome?.stream?.end).toBe('aborted')
  })
})

describe('a loose span', () => {
  it('does not hold its session open, and is aborted with its end', async () => {
    const retake = createTestRetake()

    const { id } = await record(retake, async () => {
      const current = currentScope()
      if (current) openSpan(current, { kind: 'chain', name: 'left', isLoose: true })
      return ask('hello')
    })

    const data = await retake.store.load(id)
    expect(data?.events.map(({ name, state }) => [name, state])).toStrictEqual([
      ['left', 'aborted'],
      ['test/model', 'ok'],
    ])
  })
})

describe('a decision', () => {
  it('leaves out what capture leaves out', async () => {
    const retake = createTestRetake({ fields: { reasoning: false } })

    const { id } = await record(retake, async () =>
      currentSession()?.decision({ reasoning: 'private', confidence: 1 }),
    )

    const data = await retake.store.load(id)
    expect(JSON.stringify(data)).not.toContain('private')
    expect(data?.events[0]?.outcome?.value).toMatchObject({ confidence: 1 })
  })
})
