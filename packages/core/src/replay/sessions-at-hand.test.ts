import { expect, it, onTestFinished } from 'vitest'
import { ReplayInvalidSessionError, type SessionData } from '@retake/format'
import { createRetake } from '../retake.ts'
import { call } from '../seam/seam.ts'
import { createMemoryStore } from '@retake/store'
import { shelve, type ShelvedSession } from './sessions-at-hand.ts'

const environment = { RETAKE_REPLAY_ENABLED: '1' }

function ask(answer: string, prompt = 'p'): Promise<string> {
  return call({ kind: 'llm', name: 'model', request: prompt }, async () => answer)
}

async function record(): Promise<SessionData> {
  const retake = createRetake({ store: createMemoryStore(), environment, log: false })
  const id = await retake.session(async (session) => {
    await ask('recorded')
    return session.id
  })
  const data = await retake.store.load(id)
  if (data === undefined) throw new Error('nothing was recorded')
  return data
}

function putAtHand(shelved: ShelvedSession): () => void {
  const putBack = shelve(shelved)
  onTestFinished(putBack)
  return putBack
}

it('lets an instance replay a session that its store does not hold', async () => {
  const data = await record()
  const retake = createRetake({ store: createMemoryStore(), environment, log: false })

  const putBack = putAtHand({ data })

  expect(await retake.replay(data.session.id, () => ask('live'))).toBe('recorded')
  putBack()
  await expect(retake.replay(data.session.id, () => ask('live'))).rejects.toThrow('no session')
})

it('does what was put beside it, and keeps its replays where it says', async () => {
  const data = await record()
  const store = createMemoryStore()
  const retake = createRetake({ store: createMemoryStore(), environment, log: false })
  putAtHand({ data, store, options: { match: 'position' } })

  const { id, report } = await retake.replay(data.session.id, async (session) => {
    await ask('live', 'something else')
    return { id: session.id, report: session.report() }
  })

  expect(report).toMatchObject({ match: 'position', drifted: [{ seq: 1 }] })
  expect(await store.load(id)).toMatchObject({ session: { replayOf: data.session.id } })
  expect(await retake.store.load(id)).toBeUndefined()
})

it('says in a miss what whoever put it there has to say', async () => {
  const data = await record()
  const retake = createRetake({ store: createMemoryStore(), environment, log: false })
  putAtHand({ data, options: { advice: 'to record it again' } })

  const replayed = retake.replay(data.session.id, () => ask('live', 'other'))

  await expect(replayed).rejects.toThrow(/\n {2}try {6}to record it again$/)
})

it('gives back what was there before', async () => {
  const data = await record()
  putAtHand({ data })
  const inner = shelve({ data, options: { match: 'position' } })
  const retake = createRetake({ store: createMemoryStore(), environment, log: false })

  inner()

  await expect(retake.replay(data.session.id, () => ask('live', 'other'))).rejects.toThrow(
    'no recording',
  )
})

it('refuses what cannot be replayed', async () => {
  const data = await record()
  const damaged = { ...data, events: [{ type: 'event' }] } as unknown as SessionData

  expect(() => shelve({ data: damaged })).toThrow(ReplayInvalidSessionError)
})
