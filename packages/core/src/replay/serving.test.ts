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
})
