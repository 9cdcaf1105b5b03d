import { createRetake, currentSession, type EndedSession } from '@retake/core'
import { inSpan } from '@retake/core/adapter'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { expect } from 'vitest'
import { createTestRetake, loadSession, record, recordEnding, replay } from '../lab.ts'
import { createModel } from '../model.ts'
import { failureOf } from '../rehearse.ts'
import { inDirectory, inEveryStore } from '../stores.ts'
import { verifies } from '../verifies.ts'

verifies('session:outside', async () => {
  const retake = createTestRetake()
  const { ask } = createModel()

  expect(await ask('hello')).not.toBe(await ask('hello'))
  expect(currentSession()).toBeUndefined()
  expect(await retake.store.list()).toEqual([])
})

verifies(
  'session:joins-outer',
  inEveryStore(async (create) => {
    const [outer, inner] = [create(), create()]
    const { ask } = createModel()
    const { id, value } = await record(outer, () =>
      inner.session({ name: 'part' }, async (session) => {
        await ask('hello')
        return session.id
      }),
    )

    expect(value).toBe(id)
    expect((await loadSession(outer, id)).events).toMatchObject([
      { kind: 'chain', name: 'part', seq: 1 },
      { kind: 'llm', parent: 1 },
    ])
  }),
)

verifies(
  'session:traced',
  inEveryStore(async (create) => {
    const retake = create()
    const grade = retake.traced(async function grade(essay: string) {
      return `${essay}: fine`
    })

    expect(await grade('one')).toBe('one: fine')
    await grade('two')

    const sessions = await retake.store.list()
    expect(sessions).toMatchObject([
      { name: 'grade', endState: 'success' },
      { name: 'grade', endState: 'success' },
    ])
  }),
)

verifies(
  'session:failure',
  inEveryStore(async (create) => {
    const retake = create()
    const bug = new TypeError('of the app')
    const { id, ending } = await recordEnding(retake, async () => {
      throw bug
    })

    expect(ending).toEqual({ error: bug })
    const { end } = await loadSession(retake, id)
    expect(end).toMatchObject({ endState: 'failure', endReason: 'of the app' })
  }),
)

verifies(
  'session:end',
  inEveryStore(async (create) => {
    const retake = create()
    const { id } = await record(retake, (session) => session.end('failure', 'not good enough'))

    const { end } = await loadSession(retake, id)
    expect(end).toMatchObject({ endState: 'failure', endReason: 'not good enough' })
  }),
)

verifies(
  'session:notes',
  inEveryStore(async (create) => {
    const retake = create()
    const { id } = await record(retake, (session) => {
      session.message('user', 'hello')
      inSpan({ kind: 'chain', name: 'agent' }, () => {
        session.decision({ reasoning: 'cheap', chosen: 'small', confidence: 0.9 })
        session.score('helpful', 0.8, 'by a judge')
      })
      session.error(new RangeError('handled'))
      session.event('cache', { hit: true })
    })

    expect((await loadSession(retake, id)).events).toMatchObject([
      { kind: 'message', name: 'user', outcome: { value: 'hello' } },
      { kind: 'chain', name: 'agent', seq: 2 },
      { kind: 'decision', parent: 2, outcome: { value: { chosen: 'small', confidence: 0.9 } } },
      { kind: 'score', parent: 2, name: 'helpful', outcome: { value: 0.8 } },
      { kind: 'error', name: 'RangeError' },
      { kind: 'custom', name: 'cache', attributes: { hit: true } },
    ])
  }),
)

verifies(
  'session:changes',
  inEveryStore(async (create) => {
    const retake = create()
    const { id } = await record(retake, (session) => {
      session.setTags(['draft'])
      session.addTags(['draft', 'urgent'])
      session.setMetadata({ user: 7 })
      session.setMetadata({ plan: 'pro' })
    })

    const { session } = await loadSession(retake, id)
    expect(session).toMatchObject({ tags: ['draft', 'urgent'], metadata: { user: 7, plan: 'pro' } })
  }),
)

verifies(
  'session:wait-until',
  inEveryStore(async (create) => {
    const retake = create()
    const { ask } = createModel()
    const { id } = await record(retake, (session) =>
      session.waitUntil(ask('later', { latency: 2 })),
    )

    const { events, end } = await loadSession(retake, id)
    expect(events).toMatchObject([{ state: 'ok' }])
    expect(end).not.toHaveProperty('late')
  }),
)

verifies(
  'session:late',
  inEveryStore(async (create) => {
    const retake = create()
    const { ask } = createModel()
    const { promise: isOver, resolve: tellOver } = Promise.withResolvers<void>()
    const late: Promise<string>[] = []
    const { id } = await record(retake, async () => {
      late.push(isOver.then(() => ask('too late')))
    })
    tellOver()
    await late[0]

    await expect.poll(async () => (await loadSession(retake, id)).end?.late).toBe(1)
    expect((await loadSession(retake, id)).events).toMatchObject([{ state: 'ok' }])
  }),
)

verifies(
  'session:sampling',
  inEveryStore(async (create) => {
    const retake = create({ sample: ({ name }) => name !== 'health' })
    const { ask } = createModel()
    await retake.session({ name: 'health' }, () => ask('fine?'))
    await failureOf(
      retake.session({ name: 'health' }, async () => {
        await ask('fine?')
        throw new Error('not fine')
      }),
    )
    await retake.session({ name: 'grade' }, () => ask('grade'))

    const kept = (await retake.store.list()).map(({ name, endState }) => `${name} ${endState}`)
    expect(kept.toSorted()).toEqual(['grade success', 'health failure'])
  }),
)

verifies(
  'session:keep',
  inEveryStore(async (create) => {
    const keep = ({ totals }: EndedSession) => totals.events > 0
    const retake = create({ keep })
    const { ask } = createModel()
    await record(retake, () => 'nothing happened')
    const { id } = await record(retake, () => ask('hello'))

    await expect
      .poll(async () => (await retake.store.list()).map((session) => session.id))
      .toEqual([id])
  }),
)

verifies('session:two-writers', async () => {
  await inDirectory(async (directory) => {
    const { ask } = createModel()
    const open = (service: string, inherited = {}) =>
      createRetake({
        service,
        store: createDirectoryStore({ directory }),
        environment: { RETAKE_REPLAY_ENABLED: '1', ...inherited },
        log: false,
      })
    const opened = Promise.withResolvers<string>()
    const back = opened.promise.then((RETAKE_SESSION_ID) =>
      record(open('back', { RETAKE_SESSION_ID }), () => ask('the same')),
    )
    const front = await record(open('front'), async ({ id }) => {
      opened.resolve(id)
      const answer = await ask('the same')
      await back
      return answer
    })

    const { id, value } = await back
    expect(id).toBe(front.id)
    for (const [service, answer] of Object.entries({ front: front.value, back: value })) {
      const { ending } = await replay(open(service), id, () => ask('the same'))
      expect(ending).toEqual({ value: answer })
    }
  })
})
