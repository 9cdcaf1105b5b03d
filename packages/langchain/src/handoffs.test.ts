import { HumanMessage, ToolMessage, type BaseMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import {
  Command,
  END,
  getCurrentTaskInput,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph'
import { createSupervisor } from '@langchain/langgraph-supervisor'
import { createHandoffTool, createSwarm } from '@langchain/langgraph-swarm'
import type { Provider } from '@retake/loopback-provider'
import { createAgent, toolStrategy } from 'langchain'
import { createReactAgent } from '@langchain/langgraph/prebuilt'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createRetake } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { startProvider } from '@retake/loopback-provider'
import { RetakeCallbackHandler } from './index.ts'
import { openai, QUESTION } from './testing/models.ts'
import { expectSameAgain } from './testing/rehearse.ts'

void new RetakeCallbackHandler()

type Messages = readonly BaseMessage[]

/** What a tool that hands over to another agent puts into the state above. */
const HANDOVERS: Readonly<Record<string, (messages: Messages, done: ToolMessage) => Messages>> = {
  'the messages themselves': (messages, done) => [...messages, done],
  'copies of the messages': (messages, done) => [
    ...messages.map((message) => Object.assign(new HumanMessage(message.text), { id: message.id })),
    done,
  ],
  'only its own message': (_messages, done) => [done],
}

const schema = z.object({})

function handoverTool(update: (messages: Messages, done: ToolMessage) => Messages) {
  return tool(
    (_given, { toolCall }: { toolCall?: { id?: string } }) => {
      const { messages } = getCurrentTaskInput<{ messages: Messages }>()
      const done = new ToolMessage({ content: 'handed over', tool_call_id: toolCall?.id ?? '' })
      return new Command({
        goto: 'second',
        graph: Command.PARENT,
        update: { messages: update(messages, done) },
      })
    },
    { name: 'handover', description: 'Hands over', schema },
  )
}

const planned = (provider: Provider, name: string, input: object = {}) =>
  provider.plan({ type: 'answer', toolCalls: [{ name, input }] })

describe('a tool that hands over', () => {
  it.each(Object.entries(HANDOVERS))(
    'is served with the state of now: %s',
    async (_what, update) => {
      await expectSameAgain(async (provider) => {
        planned(provider, 'handover')
        const first = createAgent({ model: openai(provider), tools: [handoverTool(update)] })
        const second = createAgent({ model: openai(provider), tools: [] })
        const graph = new StateGraph(MessagesAnnotation)
          .addNode('first', first.graph as never, { ends: ['second'] })
          .addNode('second', second.graph as never)
          .addEdge(START, 'first')
          .addEdge('second', END)
          .compile()
        return graph.invoke({ messages: [new HumanMessage(QUESTION)] })
      })
    },
  )
})

describe('agents of agents', () => {
  it('are replayed under a supervisor', async () => {
    await expectSameAgain(async (provider) => {
      planned(provider, 'transfer_to_researcher')
      const researcher = createReactAgent({
        llm: openai(provider),
        tools: [],
        name: 'researcher',
        prompt: 'You look things up.',
      })
      const app = createSupervisor({
        agents: [researcher as never],
        llm: openai(provider),
        outputMode: 'full_history',
      }).compile()
      return app.invoke({ messages: [new HumanMessage(QUESTION)] })
    })
  })

  it('are replayed in a swarm', async () => {
    await expectSameAgain(async (provider) => {
      planned(provider, 'transfer_to_bob')
      const agent = (name: string, other: string) =>
        createReactAgent({
          llm: openai(provider),
          tools: [createHandoffTool({ agentName: other })],
          name,
          prompt: `You are ${name}.`,
        })
      const app = createSwarm({
        agents: [agent('alice', 'bob'), agent('bob', 'alice')] as never,
        defaultActiveAgent: 'alice',
      }).compile()
      return app.invoke({ messages: [new HumanMessage(QUESTION)] })
    })
  })
})

describe('an answer by a tool that LangChain names by a counter', () => {
  it('is served in any order, as often as it is asked for', async () => {
    const provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
    const retake = createRetake({
      store: createMemoryStore(),
      log: false,
      environment: { RETAKE_REPLAY_ENABLED: '1' },
    })
    // Made by each request, as in a handler.
    const ask = async (question: string) => {
      const first = z.object({ city: z.string() })
      const second = z.object({ degrees: z.number() })
      const agent = createAgent({
        model: openai(provider),
        tools: [],
        responseFormat: toolStrategy([first, second]),
      })
      return (await agent.invoke({ messages: question })).structuredResponse as unknown
    }
    const recordings: { readonly id: string; readonly live: unknown }[] = []
    for (const [at, city] of ['Oslo', 'Rome', 'Lima'].entries()) {
      provider.plan({
        type: 'answer',
        toolCalls: [{ name: `extract-${2 * at + 1}`, input: { city } }],
      })
      let id = ''
      const live = await retake.session((session) => {
        id = session.id
        return ask(city)
      })
      recordings.push({ id, live })
    }
    await provider.close()

    expect(recordings.map(({ live }) => live)).toEqual([
      { city: 'Oslo' },
      { city: 'Rome' },
      { city: 'Lima' },
    ])
    for (const at of [2, 0, 1, 1]) {
      const { id, live } = recordings[at] as (typeof recordings)[number]
      const city = (live as { city: string }).city

      expect(await retake.replay(id, () => ask(city))).toEqual(live)
    }
  })
})
