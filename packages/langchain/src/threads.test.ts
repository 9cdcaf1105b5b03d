import { HumanMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { Command, interrupt, MemorySaver } from '@langchain/langgraph'
import { createRetake, type Session } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { startProvider, type Provider } from '@retake/loopback-provider'
import { createAgent } from 'langchain'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { RetakeCallbackHandler } from './index.ts'
import { comparable } from './testing/comparable.ts'
import { collect, openai } from './testing/models.ts'

void new RetakeCallbackHandler()

const THREAD = { configurable: { thread_id: 'one' } }

let provider: Provider
let runs = 0

beforeEach(async () => {
  provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
})

afterEach(() => provider.close())

const look = tool(
  ({ topic }) =>
    topic === 'ask' ? `told ${interrupt<string, string>('sure?')}` : `${topic} ${++runs}`,
  { name: 'look', description: 'Looks', schema: z.object({ topic: z.string() }) },
)

interface Recorded<T> {
  readonly id: string
  readonly live: T
  readonly run: () => Promise<T>
}

function createApp() {
  const saver = new MemorySaver()
  const retake = createRetake({
    store: createMemoryStore(),
    log: false,
    environment: { RETAKE_REPLAY_ENABLED: '1' },
  })

  const turn = (input: unknown) => async () => {
    const agent = createAgent({ model: openai(provider), tools: [look], checkpointer: saver })
    const before = (await agent.graph.getState(THREAD)).values
    const parts = await collect(
      await agent.stream(input as never, { ...THREAD, streamMode: ['updates', 'values'] }),
    )
    const history = (await collect(agent.graph.getStateHistory(THREAD))).map(
      ({ values }) => values as unknown,
    )
    const { values, next } = await agent.graph.getState(THREAD)
    return { before, parts, history, values, next }
  }

  async function record<T>(run: () => Promise<T>): Promise<Recorded<T>> {
    let session: Session | undefined
    const live = await retake.session((given) => {
      session = given
      return run()
    })
    await session?.settled
    return { id: session?.id ?? '', live, run }
  }

  async function replay<T>({ id, live, run }: Recorded<T>) {
    let session: Session | undefined
    // Ids of messages and checkpoints are others each time: all else is compared below.
    const again = await retake.replay(
      id,
      (given) => {
        session = given
        return run()
      },
      { ignore: ['result'] },
    )
    expect(comparable(again)).toStrictEqual(comparable(live))
    await session?.settled
    expect(session?.report()?.status).toBe('ok')
  }

  const state = async () => JSON.stringify(await collect(saver.list(THREAD)))
  return { saver, retake, turn, record, replay, state }
}

const say = (text: string) => ({ messages: [new HumanMessage(text)] })

describe('a thread with a checkpointer', () => {
  it('stays as it is while its turns are replayed, in any order and at once', async () => {
    const { turn, record, replay, state } = createApp()
    const turns: Recorded<Awaited<ReturnType<ReturnType<typeof turn>>>>[] = []
    for (const text of ['one', 'two', 'three']) turns.push(await record(turn(say(text))))
    provider.plan({ type: 'answer', toolCalls: [{ name: 'look', input: { topic: 'ask' } }] })
    turns.push(await record(turn(say('four'))))
    turns.push(await record(turn(new Command({ resume: 'yes' }))))
    expect(turns[3]?.live.next).toStrictEqual(['tools'])
    const before = { state: await state(), calls: provider.calls.total, runs }

    for (const index of [1, 2, 0, 3, 4]) await replay(turns[index] as never)
    await Promise.all([4, 0, 3, 1, 2].map((index) => replay(turns[index] as never)))

    expect({ state: await state(), calls: provider.calls.total, runs }).toStrictEqual(before)
  })
})
