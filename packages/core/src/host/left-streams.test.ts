import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { call, recorded } from '../index.ts'
import { ask, askStream } from '../../test/model.ts'
import { record } from '../../test/record.ts'
import { readAll, streamOf } from '../../test/streams.ts'
import { createTestRetake } from '../../test/test-retake.ts'
import { thrown } from '../../test/thrown.ts'

const count = recorded('tool', 'count', async function* () {
  yield 1
  yield 2
})

describe('a replay whose function returns a stream', () => {
  it.each<[string, () => Promise<AsyncIterable<unknown>>]>([
    ['a web stream', async () => (await askStream('hello')).stream],
    ['an async iterable', async () => count()],
    [
      'one that holds it',
      async () => (await askStream('hello')).stream.pipeThrough(new TransformStream()),
    ],
  ])('hands %s on at once, and settles when that has been read', async (_what, open) => {
    const retake = createTestRetake()
    const recording = await record(retake, async () => readAll(await open()))

    let settled: Promise<void> | undefined
    const stream = await retake.replay(recording.id, (session) => {
      settled = session.settled
      return open()
    })
    const parts = await readAll(stream)
    await settled

    expect(parts).toEqual(recording.result)
  })

  it('hands on what has been read in part', async () => {
    const retake = createTestRetake()
    const body = async () => {
      const reader = (await askStream('hello')).stream.getReader()
      return { first: await reader.read(), reader }
    }
    const { id } = await record(retake, async () => {
      const { reader } = await body()
      while (!(await reader.read()).done) continue
    })

    const { first, reader } = await retake.replay(id, body)

    expect(first.value).toMatchObject({ text: 'a' })
    expect((await reader.read()).value).toMatchObject({ text: 'b' })
    await reader.cancel()
  })

  it('waits for calls all the same', async () => {
    const retake = createTestRetake()
    const body = async (prompt: string) => {
      const { stream } = await askStream('hello')
      void ask(prompt, 20).catch(() => {})
      return { stream }
    }
    const { id } = await record(retake, async () => readAll((await body('behind')).stream))

    const failure = await thrown(retake.replay(id, () => body('another')))

    expect(failure).toMatchObject({ code: 'REPLAY_MISS' })
  })
})

it('a replay that waits keeps its process alive', () => {
  const program = fileURLToPath(new URL('../../test/hanging-replay.ts', import.meta.url))
  const { status, stdout } = spawnSync(process.execPath, ['--conditions=@retake/source', program], {
    encoding: 'utf8',
    timeout: 60_000,
  })

  expect([status, stdout]).toEqual([0, 'read a b c\nwaited to the end\n'])
})

it('a call that starts when its session is about to settle, and hangs, does not hold it for ever', async () => {
  const retake = createTestRetake({ drainMs: 20 })
  const { id } = await record(retake, async () => {
    await ask('first')
    await ask('second')
  })

  const body = async () => {
    await ask('first')
    setImmediate(() => void call({ kind: 'tool', name: 'hangs' }, () => new Promise(() => {})))
  }
  const report = retake.replay(id, body, { onMiss: 'live', onLeftover: 'warn' })

  await expect(report).resolves.toBeUndefined()
})

it('a stream that nobody reads, and nobody is given, is waited for', async () => {
  const retake = createTestRetake({ drainMs: 20 })
  const body = async () => {
    call({ kind: 'llm', name: 'unread' }, () => streamOf(['a']))
    await ask('hello')
    return 'done'
  }
  const { id } = await record(retake, body)

  let isSettled = false
  await retake.replay(id, async (session) => {
    void session.settled.then(() => (isSettled = true))
    return body()
  })

  expect(isSettled).toBe(true)
})
