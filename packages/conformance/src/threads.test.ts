import { tool } from '@langchain/core/tools'
import { Command, interrupt, MemorySaver } from '@langchain/langgraph'
import { ChatOpenAI } from '@langchain/openai'
import { createRetake } from '@retake/core'
import { retakeMiddleware } from '@retake/express'
import { RetakeCallbackHandler } from '@retake/langchain'
import { startProvider, type Provider } from '@retake/loopback-provider'
import { createMemoryStore } from '@retake/store'
import express, { type Express } from 'express'
import { createAgent } from 'langchain'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { z } from 'zod'

void new RetakeCallbackHandler()

const ASK = { type: 'answer' as const, toolCalls: [{ name: 'pay', input: { amount: 3 } }] }

interface Chat {
  readonly provider: Provider
  readonly saver: MemorySaver
  readonly paid: readonly number[]
  readonly app: Express
}

/** A chat whose threads are kept by a checkpointer, and whose tool asks before it pays. */
function createChat(provider: Provider): Chat {
  const retake = createRetake({
    store: createMemoryStore(),
    log: false,
    environment: { RETAKE_REPLAY_ENABLED: '1' },
  })
  const saver = new MemorySaver()
  const paid: number[] = []
  const pay = tool(
    ({ amount }) => {
      const verdict = interrupt<string, string>('Pay?')
      paid.push(amount)
      return `${verdict}: ${amount}, payment ${paid.length}`
    },
    { name: 'pay', description: 'Pays', schema: z.object({ amount: z.number() }) },
  )
  const model = new ChatOpenAI({
    model: 'gpt-4o-mini',
    apiKey: 'none',
    maxRetries: 0,
    configuration: { baseURL: provider.url },
  })
  const agent = createAgent({ model, tools: [pay], checkpointer: saver })
  const app = express()
  app.use(express.json(), retakeMiddleware(retake))
  app.post('/chat/:thread', async (request, response) => {
    const { text, resume } = request.body as { readonly text?: string; readonly resume?: string }
    const config = { configurable: { thread_id: request.params.thread } }
    const input = resume ? new Command({ resume }) : { messages: [{ role: 'user', content: text }] }
    const { messages } = await agent.invoke(input as never, config)
    const { next } = await agent.graph.getState(config)
    response.json({ messages: messages.map((message) => [message.type, message.text]), next })
  })
  return { provider, saver, paid, app }
}

async function listen(app: Express): Promise<Server> {
  return new Promise((resolve) => {
    const server = app.listen(0, () => resolve(server))
  })
}

interface Turn {
  readonly path: string
  readonly body: object
  readonly id: string
  readonly answer: unknown
}

it('replays any turn of a chat on the server where its threads go on, and leaves them as they are', async () => {
  const provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
  const { saver, paid, app } = createChat(provider)
  const server = await listen(app)
  const { port } = server.address() as AddressInfo

  async function send(path: string, body: object, replayOf?: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(replayOf ? { 'x-replay': `${replayOf};match=strict` } : {}),
      },
      body: JSON.stringify(body),
    })
  }

  async function record(path: string, body: object): Promise<Turn> {
    const response = await send(path, body)
    return {
      path,
      body,
      id: response.headers.get('x-session-id') ?? '',
      answer: await response.json(),
    }
  }

  async function expectSame({ path, body, id, answer }: Turn): Promise<void> {
    const response = await send(path, body, id)
    expect(await response.json()).toStrictEqual(answer)
    expect(response.headers.get('x-replay-of')).toBe(id)
    expect(response.headers.get('x-replay-status')).toBe('ok')
  }

  const state = async () => {
    const all: unknown[] = []
    for await (const tuple of saver.list({})) all.push(tuple)
    return JSON.stringify(all)
  }

  const turns: Turn[] = []
  for (const thread of ['/chat/ann', '/chat/bob']) {
    provider.plan(
      { type: 'answer', text: `Hi from ${thread}` },
      { type: 'answer', text: 'Yes.' },
      ASK,
    )
    for (const text of ['one', 'two', 'three']) turns.push(await record(thread, { text }))
    provider.plan({ type: 'answer', text: 'Paid.' }, { type: 'answer', text: 'Bye.' })
    turns.push(await record(thread, { resume: 'fine' }), await record(thread, { text: 'five' }))
  }
  expect(paid).toStrictEqual([3, 3])
  expect(turns[2]?.answer).toMatchObject({ next: ['tools'] })
  await provider.close()
  const before = await state()

  for (const index of [1, 9, 0, 4, 3, 2, 7]) await expectSame(turns[index] as Turn)
  await Promise.all([...turns, ...turns.toReversed()].map(expectSame))

  expect(await state()).toBe(before)
  expect(paid).toStrictEqual([3, 3])
  server.close()
})
