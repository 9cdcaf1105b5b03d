import { AsyncResource } from 'node:async_hooks'
import { createMemoryStore } from '@retake/store'
import { describe, expect, it } from 'vitest'
import { detached, now, recorded, type Retake, type RetakeOptions, type Session } from '../index.ts'
import { ask } from '../../test/model.ts'
import { createTestRetake } from '../../test/test-retake.ts'
import { thrown } from '../../test/thrown.ts'

const search = recorded('tool', 'search', async (query: string) => `live: ${query}`)

interface Fixture {
  readonly retake: Retake
  readonly logged: string[]
  /** Runs something in the scope of a session that is over. */
  readonly later: <T>(fn: () => T) => T
  readonly first: Session
}

/** A session that is over, and what is bound to it. */
async function over(options: RetakeOptions = {}): Promise<Fixture> {
  const logged: string[] = []
  const log = (text: string) => void logged.push(text)
  const retake = createTestRetake({ store: createMemoryStore(), log, ...options })
  const [first, later] = await retake.session(async (session) => {
    await ask('first')
    return [session, AsyncResource.bind((fn: () => unknown) => fn())] as const
  })
  await first.settled
  return { retake, logged, first, later: later as Fixture['later'] }
}

describe('a call in the scope of a session that is over', () => {
  it('is recorded there as late, counted in the list, and warned of once per place', async () => {
    const { retake, logged, later, first } = await over()

    await later(() => search('one'))
    await later(() => search('two'))
    await expect.poll(async () => (await retake.store.list())[0]).toMatchObject({ late: 2 })

    const { events, end } = (await retake.store.load(first.id))!
    expect(events).toMatchObject([{ name: 'test/model' }, { name: 'search' }, { name: 'search' }])
    expect(end).toMatchObject({ late: 2, totals: { events: 3 } })
    expect(logged).toEqual([expect.stringContaining('search was called in session')])
    expect(logged[0]).toContain('detached()')
  })

  it('is told to come from a timer where it does', async () => {
    const { logged, later } = await over()

    await new Promise<void>((resolve) => {
      later(() => setTimeout(() => (void search('poll'), resolve()), 1))
    })

    expect(logged).toEqual([expect.stringContaining('by a timer that it has started')])
  })

  it('is refused while any replay is open, and counted in its status', async () => {
    const { retake, later, first } = await over()
    let refused: unknown
    let session: Session | undefined

    await retake.replay(first.id, async (replay) => {
      session = replay
      await ask('first')
      refused = await thrown(later(() => search('whose?')))
      // It asks nobody, and in a timer there is nobody to catch it.
      expect(later(now)).toBeTypeOf('number')
    })

    expect(refused).toMatchObject({ code: 'REPLAY_ESCAPE', data: { name: 'search', late: true } })
    expect(session?.report()).toMatchObject({ status: 'refused=1', refused: 1 })
    expect(await later(() => search('again'))).toBe('live: again')
  })

  it.each<[string, RetakeOptions['allowLate']]>([
    ['all', true],
    ['this one', ({ name }) => name === 'search'],
  ])('runs all the same where the app allows it: %s', async (_which, allowLate) => {
    const { retake, later, first } = await over({ allowLate })
    let session: Session | undefined

    await retake.replay(first.id, async (replay) => {
      session = replay
      await ask('first')
      expect(await later(() => search('poll'))).toBe('live: poll')
    })

    expect(session?.report()?.status).toBe('ok')
  })

  it('is served by a replay that is over, if it was late when it was recorded', async () => {
    const { retake, later, first } = await over()
    await later(() => search('late'))
    await first.settled
    let session: Session | undefined
    const inReplay = await retake.replay(
      first.id,
      async (replay) => {
        session = replay
        await ask('first')
        return AsyncResource.bind(() => search('late'))
      },
      { onLeftover: 'warn' },
    )
    expect(session?.report()?.status).toBe('leftover=1')

    expect(await inReplay()).toBe('live: late')

    expect(session?.report()).toMatchObject({ status: 'ok', late: 1 })
    const stored = async () => (await retake.store.load(session!.id))?.end?.report
    await expect.poll(stored).toMatchObject({ status: 'ok', late: 1 })
  })
})

describe('session() in the scope of a session that is over', () => {
  it('opens one of its own, which names the old one', async () => {
    const { retake, later, first } = await over()

    const own = await later(() =>
      retake.session(async (session) => {
        await search('worker')
        return session
      }),
    )
    await own.settled

    const { session, events } = (await retake.store.load(own.id))!
    expect(session.parent).toEqual({ session: first.id })
    expect(events).toMatchObject([{ name: 'search' }])
    expect((await retake.store.load(first.id))?.end?.late).toBeUndefined()
    expect(await retake.replay(own.id, () => search('worker'))).toBe('live: worker')
  })

  it('still joins one that is open', async () => {
    const retake = createTestRetake()

    const [outer, inner] = await retake.session(async ({ id }) => [
      id,
      await retake.session((session) => session.id),
    ])

    expect(inner).toBe(outer)
  })
})

describe('detached', () => {
  it('runs code outside of any session, and what it starts', async () => {
    const retake = createTestRetake()
    let worked: Promise<string> | undefined

    const ids = await retake.session(async ({ id }) => {
      await new Promise<void>((resolve) => {
        detached(() =>
          setTimeout(() => {
            worked = retake.session(async (session) => session.id)
            resolve()
          }, 1),
        )
      })
      return [id, await worked]
    })

    expect(new Set(ids).size).toBe(2)
    expect(detached(() => 'a value')).toBe('a value')
  })
})
