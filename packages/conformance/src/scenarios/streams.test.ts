import { recorded, stream } from '@retake/core'
import { expect } from 'vitest'
import { loadSession, record, recordEnding, replay } from '../lab.ts'
import { createModel } from '../model.ts'
import { readParts, toStream } from '../provider.ts'
import { expectSameAgain, failureOf } from '../rehearse.ts'
import { inEveryStore } from '../stores.ts'
import { verifies } from '../verifies.ts'

const LLM = { kind: 'llm', name: 'test/stream', op: 'stream' } as const

/** Counts how often it is really opened. */
function createSource(parts: (opened: number) => AsyncGenerator) {
  const source = {
    calls: 0,
    open: () =>
      stream({ ...LLM, request: 'hello' }, async () => {
        source.calls++
        return { opened: source.calls, stream: toStream(parts(source.calls)) }
      }),
  }
  return source
}

verifies(
  'streams:parts',
  inEveryStore(async (create) => {
    const source = createSource(async function* (opened) {
      yield { type: 'text', text: 'Hello', opened }
      yield new Uint8Array([0xf0, 0x9f])
      yield undefined
      yield [Number.NaN, new Date(0)]
    })
    const { value } = await expectSameAgain(create(), source, async () => {
      const { stream: parts, ...opening } = await source.open()
      return { opening, parts: await readParts(parts as AsyncIterable<unknown> & ReadableStream) }
    })

    expect(value.opening).toEqual({ opened: 1 })
    expect(value.parts).toHaveLength(4)
  }),
)

verifies(
  'streams:iterables',
  inEveryStore(async (create) => {
    const counting = { calls: 0 }
    const count = recorded('tool', 'count', async function* (to: number) {
      counting.calls++
      for (let step = 1; step <= to; step++) yield { step, to }
    })
    const { value } = await expectSameAgain(create(), counting, () => readParts(count(3)))

    expect(value).toHaveLength(3)
  }),
)

verifies(
  'streams:on-demand',
  inEveryStore(async (create) => {
    const seen: unknown[] = []
    await record(create(), async () => {
      const { stream: parts } = await stream(LLM, async () => ({
        stream: new ReadableStream<number>(
          {
            pull(controller) {
              seen.push('pull')
              controller.enqueue(seen.length)
            },
            cancel: (reason) => void seen.push(reason),
          },
          { highWaterMark: 0 },
        ),
      }))
      const reader = parts.getReader()
      await reader.read()
      await reader.cancel('enough')
    })

    expect(seen).toEqual(['pull', 'enough'])
  }),
)

verifies(
  'streams:broken-off',
  inEveryStore(async (create) => {
    const model = createModel()
    const { value } = await expectSameAgain(create(), model, () =>
      readParts(model.read('hello'), 2),
    )

    expect(value).toHaveLength(2)
  }),
)

verifies(
  'streams:error',
  inEveryStore(async (create) => {
    const source = createSource(async function* () {
      yield 'one'
      throw Object.assign(new Error('socket cut'), { code: 'ECONNRESET' })
    })
    const { value } = await expectSameAgain(create(), source, async () => {
      const reader = (await source.open()).stream.getReader()
      return [await reader.read(), await failureOf(reader.read())]
    })

    expect(value).toMatchObject([{ value: 'one' }, { message: 'socket cut', code: 'ECONNRESET' }])
  }),
)

verifies(
  'streams:aborted',
  inEveryStore(async (create) => {
    const retake = create()
    const model = createModel()
    const abortAfterOne = async () => {
      const controller = new AbortController()
      const { signal } = controller
      for await (const _ of model.read('hello', { signal }))
        controller.abort(new Error('user left'))
    }
    const { id } = await recordEnding(retake, abortAfterOne)

    const again = await replay(retake, id, abortAfterOne)
    const readOn = await replay(retake, id, () => readParts(model.read('hello')))

    expect(again.ending).toMatchObject({ error: { message: 'user left' } })
    expect(readOn.ending).toMatchObject({ error: { code: 'REPLAY_NO_SNAPSHOTS' } })
    expect(model.calls).toBe(1)
  }),
)

verifies(
  'streams:too-long',
  inEveryStore(async (create) => {
    const retake = create({ maxStreamChars: 20 })
    const model = createModel()
    const body = () => readParts(model.read('hello'))
    const { id, value } = await record(retake, body)

    expect(value).toHaveLength(3)
    const { ending } = await replay(retake, id, body)
    expect(ending).toMatchObject({ error: { code: 'REPLAY_NO_SNAPSHOTS' } })
  }),
)

verifies(
  'streams:lazy',
  inEveryStore(async (create) => {
    const retake = create()
    const model = createModel()
    const research = () =>
      stream({ kind: 'tool', name: 'research' }, async () => ({
        stream: toStream(model.read('whales')),
      }))
    const report = recorded('tool', 'report', async function* () {
      yield await model.ask('dolphins')
    })
    const body = async () => [await readParts((await research()).stream), await readParts(report())]
    const { id } = await expectSameAgain(retake, model, body)

    const { events } = await loadSession(retake, id)
    expect(events.map(({ name, parent }) => [name, parent])).toEqual([
      ['research', undefined],
      ['test/model', 1],
      ['report', undefined],
      ['test/model', 3],
    ])
  }),
)

verifies(
  'streams:unread',
  inEveryStore(async (create) => {
    const retake = create({ drainMs: 1 })
    const model = createModel()
    const source = createSource(async function* () {
      yield 'one'
      await new Promise(() => {})
    })
    const body = async () => {
      const reader = (await source.open()).stream.getReader()
      await reader.read()
      void reader.read()
      return model.ask('meanwhile')
    }
    const { id, value } = await record(retake, body)

    const { events, end } = await loadSession(retake, id)
    expect(end).toMatchObject({ endState: 'success' })
    expect(events[0]?.outcome?.stream).toMatchObject({ parts: ['one'], end: 'abandoned' })
    expect((await replay(retake, id, body)).ending).toEqual({ value })
  }),
)
