import { describe, expect, it } from 'vitest'
import { call, recorded, stream } from '../index.ts'
import { delay } from '../runtime/clock.ts'
import { countLiveCall } from '../../test/live-calls.ts'
import { ask, askStream } from '../../test/model.ts'
import { record, recordAndReplay } from '../../test/record.ts'
import { readAll, streamOf } from '../../test/streams.ts'
import { createTestRetake } from '../../test/test-retake.ts'
import { thrown } from '../../test/thrown.ts'

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

  it('that were broken off replay up to where they were read', async () => {
    const { live, replayed } = await recordAndReplay(async () => {
      const reader = (await askStream('hello')).stream.getReader()
      const first = await reader.read()
      await reader.cancel()
      return first
    })

    expect(replayed).toEqual(live)
  })

  async function* slowWords() {
    yield 'one'
    await delay(20)
    yield 'two'
  }

  it.each<[string, () => AsyncIterable<string>]>([
    [
      'a web stream',
      () => {
        const words = slowWords()
        return new ReadableStream({
          pull: async (controller) => controller.enqueue(String((await words.next()).value)),
        })
      },
    ],
    ['an iterable', slowWords],
  ])('that were given up while a part was on its way: %s', async (_, open) => {
    const { live, replayed } = await recordAndReplay(async () => {
      const words = call({ kind: 'tool', name: 'words' }, open)[Symbol.asyncIterator]()
      const first = await words.next()
      const next = words.next().then(() => 'the second')
      const winner = await Promise.race([next, ask('first to come', 1).then(() => 'the other')])
      await words.return?.()
      return [String(first.value), winner]
    })

    expect(live).toEqual(['one', 'the other'])
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
      for (let step = 1; step <= to; step++) yield `${step} of ${to}, ${countLiveCall()}`
    })
    const { live, replayed, callsInReplay } = await recordAndReplay(() => readAll(count(3)))

    expect(replayed).toEqual(live)
    expect(callsInReplay).toBe(0)
  })
})
