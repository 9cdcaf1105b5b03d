import { describe, expect, it } from 'vitest'
import { call, stream } from '../index.ts'
import { askStream } from '../../test/model.ts'
import { record } from '../../test/record.ts'
import { readAll, streamOf } from '../../test/streams.ts'
import { createTestRetake } from '../../test/test-retake.ts'

describe('streams', () => {
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

  it('longer than the limit are marked, and refused in a replay', async () => {
    const retake = createTestRetake({ maxStreamChars: 10 })
    const body = async () => readAll((await askStream('hello')).stream)
    const { id, result } = await record(retake, body)

    expect(result).toHaveLength(3)
    await expect(retake.replay(id, body)).rejects.toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
  })
})

describe('an abort', () => {
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
