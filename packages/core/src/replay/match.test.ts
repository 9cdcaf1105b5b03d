import { describe, expect, it } from 'vitest'
import { recorded, scope } from '../index.ts'
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

  const ESSAYS = {
    whales: 'The essay: Whales sing across whole oceans, and their songs change from year to year.',
    bread: 'The essay: Bread needs nothing but flour, water, salt and a night of patience.',
    bees: 'The essay: Bees dance to tell the hive where clover is in bloom.',
  }
  const grade = recorded(
    'llm',
    'grader',
    async ({ prompt }: { system: string; prompt: string }) => {
      return `graded: ${prompt}`
    },
  )

  it('lenient serves each edited call its own recording, when one before it was left out', async () => {
    const retake = createTestRetake()
    const all = Object.values(ESSAYS)
    const { id } = await record(retake, async () => {
      for (const prompt of all) await grade({ system: 'You grade essays.', prompt })
    })

    const replayed = await retake.replay(
      id,
      async () => [
        await grade({ system: 'You grade essays. Be strict.', prompt: ESSAYS.bread }),
        await grade({ system: 'You grade essays. Be strict.', prompt: ESSAYS.bees }),
      ],
      { match: 'lenient' },
    )

    expect(replayed).toEqual([`graded: ${ESSAYS.bread}`, `graded: ${ESSAYS.bees}`])
  })

  it('lenient serves edited calls that start in another order their own recordings', async () => {
    const retake = createTestRetake()
    const all = Object.values(ESSAYS)
    const gradeAll = (prompts: readonly string[], system: string) =>
      Promise.all(prompts.map((prompt) => grade({ system, prompt })))
    const { id } = await record(retake, () => gradeAll(all, 'You grade essays.'))

    for (const order of [all.toReversed(), [...all.slice(1), ...all.slice(0, 1)]]) {
      const replayed = await retake.replay(id, () => gradeAll(order, 'Grade this in one line.'), {
        match: 'lenient',
      })

      expect(replayed).toEqual(order.map((prompt) => `graded: ${prompt}`))
    }
  })

  it('lenient serves no other question under the same long prompt, and says why', async () => {
    const retake = createTestRetake()
    const system = 'You are a careful assistant who cites every source. '.repeat(40)
    const { id } = await record(retake, async () => {
      await grade({ system, prompt: 'What is the capital of France?' })
      await grade({ system, prompt: 'How many moons has Jupiter?' })
    })
    const ask = (...prompts: readonly string[]) =>
      retake.replay(
        id,
        async () => {
          for (const prompt of prompts) await grade({ system: `${system}Be brief.`, prompt })
        },
        { match: 'lenient' },
      )

    await expect(ask('Who painted the Night Watch?')).rejects.toThrow(
      'lenient  serves none of this place: something else is asked',
    )
    await expect(ask('How many moons has Jupiter?', 'How many moons has Jupiter?')).rejects.toThrow(
      'lenient  serves none of this place: its recording was served already',
    )
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
