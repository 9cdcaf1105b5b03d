import { describe, expect, it } from 'vitest'
import { call } from '../index.ts'
import { ask } from '../../test/model.ts'
import { record, recordAndReplay } from '../../test/record.ts'
import { createTestRetake } from '../../test/test-retake.ts'
import { thrown } from '../../test/thrown.ts'

function askAtOnce(prompt: string): Promise<string> {
  return call({ kind: 'llm', name: 'test/model', request: { prompt } }, async () => prompt)
}

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
