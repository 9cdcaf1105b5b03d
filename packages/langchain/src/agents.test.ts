import { HumanMessage, ToolMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import {
  Annotation,
  Command,
  END,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  Send,
  START,
  StateGraph,
} from '@langchain/langgraph'
import type { Provider } from '@retake/loopback-provider'
import { createAgent, createMiddleware, modelRetryMiddleware } from 'langchain'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { callsOf, treeOf } from '@retake/testing'
import { RetakeCallbackHandler } from './index.ts'
import { anthropic, collect, openai, QUESTION, responses } from './testing/models.ts'
import { expectSameAgain } from './testing/rehearse.ts'

void new RetakeCallbackHandler()

// One signature for all: that of the first.
const MODELS = { openai, responses, anthropic: anthropic as unknown as typeof openai }
const NAMES = ['openai', 'responses', 'anthropic'] as const

let runs = 0

const weather = tool(({ city }) => `${city}: ${++runs} degrees`, {
  name: 'weather',
  description: 'Tells the weather',
  schema: z.object({ city: z.string() }),
})

const news = tool(({ topic }) => ({ topic, number: ++runs }), {
  name: 'news',
  description: 'Tells the news',
  schema: z.object({ topic: z.string() }),
})

const question = { messages: [new HumanMessage(QUESTION)] }

describe.each(NAMES)('an agent on %s', (name) => {
  const create = MODELS[name]

  it('comes out the same again, with tools in parallel, and runs no tool', async () => {
    let live = 0
    const counted = (provider: Provider) => {
      const before = runs
      const agent = createAgent({
        model: create(provider),
        tools: [weather, news],
        name: 'forecaster',
      })
      return agent.invoke(question).then((state) => {
        live += runs - before
        return state
      })
    }

    const { recording } = await expectSameAgain(counted)

    expect(live).toBe(2)
    expect(callsOf(recording).map(({ kind }) => kind)).toStrictEqual(['llm', 'tool', 'tool', 'llm'])
    expect(treeOf(recording)).toContain('chain forecaster')
    const root = recording.events.find(({ name: event }) => event === 'forecaster')
    expect(root).toMatchObject({ kind: 'chain', state: 'ok', attributes: { status: 'completed' } })
  })

  it.each(['values', 'updates', 'messages'] as const)(
    'streams the same %s again',
    async (streamMode) => {
      await expectSameAgain(async (provider) => {
        const agent = createAgent({ model: create(provider), tools: [weather, news] })
        return collect(await agent.stream(question, { streamMode }))
      })
    },
  )

  it.each(['v1', 'v2'] as const)('streams the same events again, %s', async (version) => {
    await expectSameAgain(async (provider) => {
      const agent = createAgent({ model: create(provider), tools: [weather] })
      const events = await collect(agent.streamEvents(question, { version }))
      return events.map(({ event, name: run, data }) => ({ event, run, data }))
    })
  })

  it('streams the same events again, by the protocol of content blocks', async () => {
    await expectSameAgain(async (provider) => {
      const agent = createAgent({ model: create(provider), tools: [weather] })
      const stream = await agent.streamEvents(question, { version: 'v3' } as never)
      const events = await collect(
        stream as AsyncIterable<{ method?: string; params?: { data: unknown } }>,
      )
      return events.map(({ method, params }) => ({ method, data: params?.data }))
    })
  })
})

describe('an agent', () => {
  it('comes out the same again with middleware', async () => {
    const polite = createMiddleware({
      name: 'polite',
      wrapModelCall: (request, handler) => handler({ ...request, systemPrompt: 'Be polite.' }),
    })
    await expectSameAgain(async (provider) => {
      provider.plan({ type: 'server-error' })
      const middleware = [
        modelRetryMiddleware({ maxRetries: 1, initialDelayMs: 1, jitter: false }),
        polite,
      ]
      const agent = createAgent({ model: openai(provider), tools: [weather], middleware })
      return agent.invoke(question)
    })
  })

  it('gives the same object as its answer', async () => {
    await expectSameAgain(async (provider) => {
      const responseFormat = z.object({ city: z.string(), degrees: z.number() })
      const agent = createAgent({ model: openai(provider), tools: [weather], responseFormat })
      return agent.invoke(question)
    })
  })

  it('comes out the same again with an agent in a tool', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      const expert = createAgent({ model: anthropic(provider), tools: [weather], name: 'expert' })
      const ask = tool(
        async ({ query }) => {
          const { messages } = await expert.invoke({ messages: [new HumanMessage(query)] })
          return messages.at(-1)?.text ?? ''
        },
        { name: 'ask', description: 'Asks an expert', schema: z.object({ query: z.string() }) },
      )
      return createAgent({ model: openai(provider), tools: [ask] }).invoke(question)
    })

    const ask = recording.events.find(({ name }) => name === 'ask')
    const expert = recording.events.find(({ name }) => name === 'expert')
    expect(expert?.parent).toBe(ask?.seq)
  })

  it('is told the same again by a tool that fails', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      const broken = tool(
        () => {
          throw new RangeError(`Failure ${++runs}`)
        },
        { name: 'broken', description: 'Fails', schema: z.object({ city: z.string() }) },
      )
      const agent = createAgent({ model: openai(provider), tools: [broken] })
      try {
        return await agent.invoke(question)
      } catch (error) {
        return error
      }
    })

    expect(recording.events).toContainEqual(
      expect.objectContaining({ kind: 'custom', name: 'tool error' }),
    )
  })

  it('goes where a tool sends it again', async () => {
    await expectSameAgain(async (provider) => {
      const remember = tool(
        (_input, config: { toolCall?: { id?: string } }) =>
          new Command({
            update: {
              messages: [
                new ToolMessage({
                  content: `Noted ${++runs}`,
                  tool_call_id: config.toolCall?.id ?? '',
                }),
              ],
            },
          }),
        { name: 'remember', description: 'Remembers', schema: z.object({ fact: z.string() }) },
      )
      return createAgent({ model: openai(provider), tools: [remember] }).invoke(question)
    })
  })
})

describe('a graph', () => {
  const State = Annotation.Root({
    topics: Annotation<string[]>,
    jokes: Annotation<string[]>({ reducer: (one, other) => [...one, ...other], default: () => [] }),
  })

  function jokes(provider: Provider) {
    return new StateGraph(State)
      .addNode('think', () => ({ topics: ['cats', 'dogs', 'cats'] }))
      .addNode('tell', async ({ topic }: { topic: string }) => ({
        jokes: [(await openai(provider).invoke(`A joke about ${topic}`)).text],
      }))
      .addEdge(START, 'think')
      .addConditionalEdges('think', ({ topics }) =>
        topics.map((topic) => new Send('tell', { topic })),
      )
      .addEdge('tell', END)
      .compile()
  }

  it('comes out the same again, with workers in parallel', async () => {
    const { calls, live } = await expectSameAgain((provider) =>
      jokes(provider).invoke({ topics: [] }),
    )

    expect(calls).toBe(3)
    expect(live.jokes).toHaveLength(3)
  })

  it('streams the same again from a graph in a graph', async () => {
    await expectSameAgain(async (provider) => {
      const outer = new StateGraph(State)
        .addNode('inner', jokes(provider))
        .addEdge(START, 'inner')
        .addEdge('inner', END)
        .compile()
      return collect(
        await outer.stream(
          { topics: [] },
          { streamMode: ['messages', 'updates'], subgraphs: true },
        ),
      ).then((parts) => parts.map(([, mode, part]) => [mode, part]))
    })
  })

  it('stops for a human and goes on, in a node', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      const graph = new StateGraph(MessagesAnnotation)
        .addNode('ask', async () => {
          const draft = await openai(provider).invoke('Draft')
          const verdict: string = interrupt({ draft: draft.text })
          return { messages: [await openai(provider).invoke(`Finish, ${verdict}`)] }
        })
        .addEdge(START, 'ask')
        .addEdge('ask', END)
        .compile({ checkpointer: new MemorySaver() })
      const config = { configurable: { thread_id: 'one' } }
      const stopped = await graph.invoke(question, config)
      const finished = await graph.invoke(new Command({ resume: 'go on' }), config)
      return { stopped, finished }
    })

    expect(recording.events.filter(({ state }) => state === 'error')).toStrictEqual([])
    const statuses = recording.events.map(({ attributes }) => attributes?.status)
    expect(statuses).toContain('interrupted')
    expect(statuses).toContain('completed')
    const noted = recording.events.filter(({ kind }) => kind === 'custom').map(({ name }) => name)
    expect(noted).toStrictEqual(['interrupt', 'resume'])
  })

  it('stops for a human and goes on, in a tool', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      const approve = tool(
        async ({ plan }) => {
          const advice = await openai(provider).invoke(`Advise on ${plan}`)
          const verdict: string = interrupt({ plan, advice: advice.text })
          return `${verdict} ${++runs}`
        },
        { name: 'approve', description: 'Asks', schema: z.object({ plan: z.string() }) },
      )
      const checkpointer = new MemorySaver()
      const agent = createAgent({ model: openai(provider), tools: [approve], checkpointer })
      const config = { configurable: { thread_id: 'one' } }
      const stopped = await agent.invoke(question, config)
      const finished = await agent.invoke(new Command({ resume: 'yes' }), config)
      return { stopped, finished }
    })

    expect(recording.events.filter(({ state }) => state === 'error')).toStrictEqual([])
    expect(callsOf(recording).map(({ kind }) => kind)).toStrictEqual([
      'effect',
      'llm',
      'tool',
      'llm',
      'effect',
      'tool',
      'llm',
      'llm',
    ])
  })
})
