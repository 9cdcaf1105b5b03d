import { describe, expect, it } from 'vitest'
import { scope } from '../index.ts'
import { ask } from '../../test/model.ts'
import { record } from '../../test/record.ts'
import { createTestRetake } from '../../test/test-retake.ts'

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
