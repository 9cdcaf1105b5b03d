import { createRetake } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { generateId } from 'ai'
import { expect, it } from 'vitest'
import { installSeededRandom } from './seeded-random.ts'

const environment = { RETAKE_REPLAY_ENABLED: '1' }

function createInstance() {
  installSeededRandom()
  return createRetake({ store: createMemoryStore(), log: false, environment })
}

it('makes up the same ids in a replay, and others in another session', async () => {
  const retake = createInstance()
  let id = ''
  const makeIds = () => [generateId(), generateId()]

  const live = await retake.session((session) => {
    id = session.id
    return makeIds()
  })
  const other = await retake.session(makeIds)
  const replayed = await retake.replay(id, makeIds)

  expect(replayed).toStrictEqual(live)
  expect(other).not.toStrictEqual(live)
  expect(new Set(live).size).toBe(2)
})

it('does not let what a recorded call draws shift the ids that follow', async () => {
  const retake = createInstance()
  let id = ''
  const body = async () => {
    const shuffled = await retake.recorded('tool', 'shuffle', async () => [
      Math.random(),
      Math.random(),
    ])()
    return { shuffled, id: generateId() }
  }

  const live = await retake.session((session) => {
    id = session.id
    return body()
  })

  await expect(retake.replay(id, body)).resolves.toStrictEqual(live)
})

it('is the real generator outside of sessions', () => {
  installSeededRandom()

  const drawn = new Set(Array.from({ length: 100 }, () => Math.random()))

  expect(drawn.size).toBe(100)
})

it('is installed once', () => {
  installSeededRandom()
  const { random } = Math

  installSeededRandom()

  expect(Math.random).toBe(random)
})
