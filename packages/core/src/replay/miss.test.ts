import { describe, expect, it } from 'vitest'
import { isRetakeError } from '../index.ts'
import { liveCalls } from '../../test/live-calls.ts'
import { ask, askStream } from '../../test/model.ts'
import { record } from '../../test/record.ts'
import { createTestRetake } from '../../test/test-retake.ts'
import { thrown } from '../../test/thrown.ts'

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
