import { describe, expect, it } from 'vitest'
import { currentSession } from '../index.ts'
import { record } from '../../test/record.ts'
import { createTestRetake } from '../../test/test-retake.ts'

describe('sessions', () => {
  it('hold decisions, scores, messages, errors and tags', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, async () => {
      const session = currentSession()!
      session.decision({
        reasoning: 'cheap',
        alternatives: ['a', 'b'],
        chosen: 'a',
        confidence: 0.9,
      })
      session.score('helpful', 0.9)
      session.message('user', 'hello')
      session.error(new Error('handled'))
      session.event('cache', { hit: true })
      session.addTags(['prod'])
      session.setMetadata({ user: 7 })
      session.end('failure', 'not good enough')
    })

    const { session, events, end } = (await retake.store.load(id))!
    expect(events.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'decision decision',
      'score helpful',
      'message user',
      'error Error',
      'custom cache',
    ])
    expect(session).toMatchObject({ tags: ['prod'], metadata: { user: 7 } })
    expect(end).toMatchObject({ endState: 'failure', endReason: 'not good enough' })
  })

  it('hold no credentials in what describes them', async () => {
    const retake = createTestRetake()
    const key = 'sk-proj-AbCdEfGh1234567890AbCdEf'
    const about = {
      name: key,
      agent: key,
      goal: key,
      tags: [key],
      metadata: { password: 'hunter2!' },
    }
    const { id, settled } = await retake.session(about, (session) => {
      session.addTags([`with ${key}`])
      session.setMetadata({ apiKey: 'not hex' })
      return session
    })
    await settled

    const text = JSON.stringify(await retake.store.load(id))
    for (const secret of [key, 'hunter2!', 'not hex']) expect(text).not.toContain(secret)
  })
})

describe('a decision', () => {
  it('leaves out what capture leaves out', async () => {
    const retake = createTestRetake({ fields: { reasoning: false } })

    const { id } = await record(retake, async () =>
      currentSession()?.decision({ reasoning: 'private', confidence: 1 }),
    )

    const data = await retake.store.load(id)
    expect(JSON.stringify(data)).not.toContain('private')
    expect(data?.events[0]?.outcome?.value).toMatchObject({ confidence: 1 })
  })
})
