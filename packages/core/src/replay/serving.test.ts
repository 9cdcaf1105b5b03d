import { describe, expect, it } from 'vitest'
import { call, currentSession, stream, type SessionData } from '../index.ts'
import { delay } from '../runtime/clock.ts'
import { ask } from '../../test/model.ts'
import { record, recordAndReplay } from '../../test/record.ts'
import { streamOf } from '../../test/streams.ts'
import { createTestRetake } from '../../test/test-retake.ts'
import { thrown } from '../../test/thrown.ts'

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

  // What takes some time to heed an abort, while other answers come.
  const SLOW_TO_STOP: Readonly<
    Record<string, (signal: AbortSignal, until: Promise<unknown>) => Promise<unknown>>
  > = {
    'a call': (signal, until) =>
      call({ kind: 'tool', name: 'slow', signal }, async () => {
        await until
        throw signal.reason
      }),
    'the opening of a stream': (signal, until) =>
      stream({ kind: 'llm', name: 'slow', signal }, async () => {
        await until
        throw signal.reason
      }),
    async 'a web stream'(signal, until) {
      const { stream: parts } = await stream({ kind: 'llm', name: 'slow', signal }, async () => ({
        stream: new ReadableStream<string>({
          async pull(controller) {
            if (!signal.aborted) return controller.enqueue('one')
            await until
            controller.error(new Error('stopped'))
          },
        }),
      }))
      const reader = parts.getReader()
      await reader.read()
      await aborted(signal)
      await reader.read()
      return reader.read()
    },
    async 'a generator'(signal, until) {
      const parts = call({ kind: 'tool', name: 'slow', signal }, async function* () {
        yield 'one'
        await until
        throw new Error('stopped')
      })
      for await (const _ of parts) await aborted(signal)
    },
  }

  const aborted = (signal: AbortSignal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', resolve, { once: true })
    })

  it.each(Object.keys(SLOW_TO_STOP))(
    'ends %s when it ended it, not before what came in between',
    async (name) => {
      const { live, replayed } = await recordAndReplay(async () => {
        const seen: unknown[] = []
        const note = (what: string) => (given: unknown) => void seen.push([what, given])
        const controller = new AbortController()
        const between = Promise.withResolvers<void>()
        const slow = SLOW_TO_STOP[name]!(controller.signal, between.promise)
        const stopped = slow.catch((error: Error) => note('stopped')(error.message))
        await ask('first', 1)
        controller.abort(new Error('user left'))
        note('aborted')(undefined)
        note('answered')(await ask('second', 1))
        // Longer than a stream is given to end whose reader has left.
        note('answered')(await ask('third', 120))
        between.resolve()
        await stopped
        return seen
      })

      expect(live.map((step) => (step as unknown[])[0])).toEqual([
        'aborted',
        'answered',
        'answered',
        'stopped',
      ])
      expect(replayed).toEqual(live)
    },
  )

  it('that came before the call ends it within the turn in which it was made', async () => {
    const { live, replayed } = await recordAndReplay(async () => {
      const signal = AbortSignal.abort(new Error('too late'))
      const seen: string[] = []
      const turn = new Promise(setImmediate).then(() => seen.push('next turn'))
      const refused = call({ kind: 'tool', name: 'refused', signal }, async () => {
        signal.throwIfAborted()
      })
      await refused.catch((error: Error) => seen.push(error.message))
      seen.push(await call({ kind: 'tool', name: 'deaf', signal }, async () => 'deaf'))
      await turn
      return seen
    })

    expect(live).toEqual(['too late', 'deaf', 'next turn'])
    expect(replayed).toEqual(live)
  })
})

describe('a replay at the recorded pace', () => {
  const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms))
  const giveUp = (ms: number) => sleep(ms).then(() => 'gave up')

  const RACES: Readonly<Record<string, () => Promise<unknown>>> = {
    'a call': () => Promise.race([ask('slow', 60), giveUp(15)]),
    'the opening of a stream': () =>
      Promise.race([
        stream({ kind: 'llm', name: 'slow' }, async () => {
          await delay(60)
          return { stream: streamOf(['one']) }
        }).then(({ stream: parts }) => parts.cancel()),
        giveUp(15),
      ]),
    async 'the end of a generator'() {
      const parts = call({ kind: 'tool', name: 'slow' }, async function* () {
        yield 'one'
        await delay(60)
      })
      await parts.next()
      return Promise.race([parts.next(), giveUp(15)])
    },
    'a call that is asked for late, whose time has passed': async () => {
      const first = ask('first', 200)
      await sleep(15)
      return Promise.race([first, ask('second', 50), giveUp(600)])
    },
  }

  it.each(Object.keys(RACES))('has a plain timer win over %s as it did', async (name) => {
    const { live, replayed } = await recordAndReplay(RACES[name]!, {
      timing: 'recorded',
      onLeftover: 'ignore',
    })

    expect(replayed).toEqual(live)
  })

  it('takes as long as a factor says', async () => {
    const startedMs = performance.now()
    const { replayed } = await recordAndReplay(
      () => Promise.race([ask('slow', 40), giveUp(1000)]),
      {
        timing: 0.5,
      },
    )

    expect(replayed).not.toBe('gave up')
    expect(performance.now() - startedMs).toBeGreaterThan(60)
  })
})
