import { createOpenAI } from '@ai-sdk/openai'
import { createRetake } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { generateId, streamText } from 'ai'
import { expect, it } from 'vitest'
import { installSeededRandom } from './seeded-random.ts'
import { comparable } from './testing/comparable.ts'
import { rehearse } from './testing/rehearse.ts'
import { wrapModel } from './index.ts'

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

it('draws as before where Math.random is virtual, whichever came first', async () => {
  const { random } = Math
  const retake = createInstance()
  const virtual = createRetake({
    store: retake.store,
    log: false,
    environment,
    virtualize: ['random'],
  })
  const body = () => [Math.random(), generateId(), Math.random()]
  const recordIn = async (instance: typeof retake) => {
    const { id, live } = await instance.session((session) => ({ id: session.id, live: body() }))
    // A replay without the option still has the ids that the SDK has made.
    return { live, replays: [await virtual.replay(id, body), await retake.replay(id, body)] }
  }

  const first = [await recordIn(retake), await recordIn(virtual)]
  installSeededRandom()
  const second = [await recordIn(retake), await recordIn(virtual)]

  expect(Math.random).not.toBe(random)
  for (const { live, replays } of [...first, ...second]) expect(replays).toStrictEqual([live, live])
})

it('makes the ids of a stream the same where everything is virtual', async () => {
  const { live, replayed, replay } = await rehearse(
    async ({ url }) => {
      const provider = createOpenAI({ apiKey: 'none', baseURL: `${url}/v1` })
      const { fullStream } = streamText({
        model: wrapModel(provider.chat('gpt-4o')),
        prompt: `It is ${new Date().toISOString()}, and your number ${Math.random()}.`,
      })
      const parts: unknown[] = []
      for await (const part of fullStream) parts.push(part)
      return [parts, new Date(), Math.random()]
    },
    { retake: { virtualize: ['date', 'random', 'uuid'] } },
  )

  expect(comparable(replayed)).toStrictEqual(comparable(live))
  expect(replay.end?.report).toMatchObject({ status: 'ok', dry: 0 })
})
