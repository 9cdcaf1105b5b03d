import { HumanMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { MemorySaver } from '@langchain/langgraph'
import { startProvider, type Provider } from '@retake/loopback-provider'
import { createAgent, toolStrategy } from 'langchain'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { RetakeCallbackHandler } from './index.ts'
import { anthropic, collect, openai } from './testing/models.ts'
import { createRecorder, type Recorded } from './testing/recorder.ts'

void new RetakeCallbackHandler()

const Weather = z.object({ city: z.string(), degrees: z.number() })
const News = z.object({ headline: z.string() })

let provider: Provider
let runs = 0

beforeEach(async () => {
  provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
})

afterEach(() => provider.close())

const look = tool(({ city }) => `${city} ${++runs}`, {
  name: 'look',
  description: 'Looks',
  schema: z.object({ city: z.string() }),
})

const ask = (text: string) => ({ messages: [new HumanMessage(text)] })
const models = { openai, anthropic: anthropic as unknown as typeof openai }

// LangChain numbers the tools by a counter of the process, so each agent that is made has other names.
const AGENTS: Readonly<Record<string, (model: 'openai' | 'anthropic') => () => unknown>> = {
  'toolStrategy(schema)': (model) => () =>
    createAgent({
      model: models[model](provider),
      tools: [look],
      responseFormat: toolStrategy(Weather),
    }),
  'a bare schema': (model) => () =>
    createAgent({
      model: models[model](provider),
      tools: [look],
      responseFormat: Weather as never,
    }),
}

interface Agent {
  invoke(input: object, config?: object): Promise<{ readonly structuredResponse?: unknown }>
  stream(input: object, config: object): Promise<AsyncIterable<unknown>>
}

// The names are new in each run, as ids of messages are.
function unnumbered(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/extract-\d+/g, 'extract'))
}

describe.each(Object.keys(AGENTS))('an agent per request, with %s', (kind) => {
  it.each(['openai', 'anthropic'] as const)(
    'on %s, answers the same in any order',
    async (name) => {
      const create = AGENTS[kind]?.(name) as () => Agent
      const { record, expectSame } = createRecorder()
      const sessions: Recorded<unknown>[] = []
      for (const text of ['Oslo?', 'Rome?', 'Bern?', 'Kyiv?']) {
        const run = async () => {
          const streamed = await collect(
            await create().stream(ask(text), { streamMode: 'updates' }),
          )
          const { structuredResponse } = await create().invoke(ask(text))
          return { structuredResponse, streamed: unnumbered(streamed) }
        }
        sessions.push(await record(run))
      }
      const before = { calls: provider.calls.total, runs }

      for (const index of [2, 0, 3, 1, 2]) await expectSame(sessions[index] as Recorded<unknown>)
      await Promise.all(sessions.toReversed().map(expectSame))

      expect({ calls: provider.calls.total, runs }).toStrictEqual(before)
      const found = sessions.map(
        ({ live }) => (live as { structuredResponse: unknown }).structuredResponse,
      )
      expect(found.filter((one) => one === undefined)).toStrictEqual([])
    },
  )
})

describe('numbered tools', () => {
  it('are told apart from words of the user that look like them', async () => {
    const { record, load } = createRecorder()
    const create = AGENTS['toolStrategy(schema)']?.('openai') as () => Agent
    const { id } = await record(() => create().invoke(ask('Read extract-1 and extract-99999')))

    const [call] = (await load(id)).events.filter(({ kind }) => kind === 'llm')
    expect(JSON.stringify(call?.request)).toContain('Read extract-1 and extract-99999')
  })

  it('of earlier turns of a thread are no matter', async () => {
    const saver = new MemorySaver()
    const { record, expectSame } = createRecorder()
    const config = { configurable: { thread_id: 'one' } }
    const turn = (text: string) => async () => {
      const agent = createAgent({
        model: openai(provider),
        tools: [],
        responseFormat: toolStrategy(Weather),
        checkpointer: saver,
      })
      const { structuredResponse } = await agent.invoke(ask(text), config)
      return structuredResponse
    }
    const turns: Recorded<unknown>[] = []
    for (const text of ['one', 'two', 'three']) turns.push(await record(turn(text)))

    for (const one of turns.toReversed()) await expectSame(one)
    await Promise.all(turns.map(expectSame))
  })

  it('whose answer does not fit are asked for again, the same', async () => {
    const { record, expectSame } = createRecorder()
    const run = async () => {
      const strategy = toolStrategy([Weather, News])
      const [first, second] = (strategy as unknown as { name: string }[]).map(({ name }) => name)
      const snow = { name: second ?? '', input: { headline: `Snow ${++runs}` } }
      const oslo = { name: first ?? '', input: { city: 'Oslo', degrees: 1 } }
      // LangChain tells the model, by the names of both, that one is enough.
      provider.plan(
        { type: 'answer', toolCalls: [oslo, snow] },
        { type: 'answer', toolCalls: [snow] },
      )
      const agent = createAgent({ model: openai(provider), tools: [], responseFormat: strategy })
      return (await agent.invoke(ask('Both?'))).structuredResponse
    }
    const [one, other] = [await record(run), await record(run)]

    await expectSame(other)
    await expectSame(one)
    await expectSame(other)
    expect(one.live).not.toStrictEqual(other.live)
  })
})
