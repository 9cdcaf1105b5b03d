import {
  AIMessage,
  HumanMessage,
  isAIMessage,
  ToolMessage,
  type BaseMessage,
} from '@langchain/core/messages'
import { tool, type DynamicStructuredTool } from '@langchain/core/tools'
import {
  Annotation,
  Command,
  getCurrentTaskInput,
  MemorySaver,
  messagesStateReducer,
  MessagesAnnotation,
  Send,
  START,
  StateGraph,
} from '@langchain/langgraph'
import { ToolNode } from '@langchain/langgraph/prebuilt'
import { createSupervisor } from '@langchain/langgraph-supervisor'
import { createHandoffTool, createSwarm } from '@langchain/langgraph-swarm'
import { createReactAgent } from '@langchain/langgraph/prebuilt'
import type { Provider } from '@retake/loopback-provider'
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { RetakeCallbackHandler } from './index.ts'
import { collect, openai, QUESTION } from './testing/models.ts'
import { expectSameAgain } from './testing/rehearse.ts'

void new RetakeCallbackHandler()

// A new one for each run: a graph gives it an id.
const question = () => ({ messages: [new HumanMessage(QUESTION)] })
const transfer = (to: string) => ({
  type: 'answer' as const,
  toolCalls: [{ name: `transfer_to_${to}`, input: {} }],
})
const answer = (text: string) => ({ type: 'answer' as const, text })

let runs = 0

const look = tool(({ topic }) => `${topic} ${++runs}`, {
  name: 'look',
  description: 'Looks',
  schema: z.object({ topic: z.string() }),
})

interface Handing {
  readonly messages: readonly BaseMessage[]
  readonly result: ToolMessage
}

type Update = Record<string, unknown>

// How apps write the handoff of a tool by hand.
const HANDOFFS: Readonly<Record<string, (handing: Handing) => Command>> = {
  'the state spread into an array': ({ messages, result }) =>
    toParent({ messages: [...messages, result] }),
  'the state with the result appended by concat': ({ messages, result }) =>
    toParent({ messages: messages.concat(result) }),
  'copies of the messages with their ids': ({ messages, result }) =>
    toParent({ messages: [...messages.map((message) => copyOf(message)), result] }),
  'copies of the messages without ids': ({ messages, result }) =>
    toParent({ messages: [...messages.map((message) => copyOf(message, true)), result] }),
  'plain objects with ids': ({ messages, result }) =>
    toParent({ messages: [...messages.slice(0, 1).map(plainOf), ...messages.slice(1), result] }),
  'several places to go': ({ messages, result }) =>
    toParent({ messages: [...messages, result] }, ['expert']),
  'a Send with the messages': ({ messages, result }) =>
    toParent({ messages: [...messages, result] }, [
      new Send('expert', { messages: [...messages, result] }),
    ]),
  'a text that quotes an id': ({ messages, result }) =>
    toParent({
      messages: [
        ...messages,
        new ToolMessage({
          content: `Goes on from ${messages.at(0)?.id}`,
          tool_call_id: result.tool_call_id,
        }),
      ],
    }),
}

function toParent(update: Update, goto: string | (string | Send)[] = 'expert'): Command {
  return new Command({ graph: Command.PARENT, goto, update })
}

function copyOf(message: BaseMessage, dropsId = false): BaseMessage {
  const id = dropsId ? {} : { id: message.id }
  const { content } = message
  if (isAIMessage(message))
    return new AIMessage({ content, ...id, tool_calls: message.tool_calls ?? [] })
  return new HumanMessage({ content, ...id })
}

function plainOf({ id, content }: BaseMessage): object {
  return { role: 'user', id, content }
}

function byHand(handOff: (handing: Handing) => Command): DynamicStructuredTool {
  return tool(
    (_input, config: { toolCall?: { id?: string } }) => {
      const { messages } = getCurrentTaskInput<{ messages: BaseMessage[] }>()
      const id = config.toolCall?.id ?? ''
      const result = new ToolMessage({ content: `Handed on, ${++runs}`, tool_call_id: id })
      return handOff({ messages, result })
    },
    { name: 'transfer_to_expert', description: 'Hands on', schema: z.object({}) },
  )
}

describe('a tool that hands over', () => {
  it.each(Object.keys(HANDOFFS))('is served again with %s', async (name) => {
    const handOff = HANDOFFS[name]
    const { recording, live } = await expectSameAgain(async (provider) => {
      provider.plan(transfer('expert'), answer('Done.'), answer('Truly done.'))
      const llm = openai(provider)
      const front = createReactAgent({
        llm,
        tools: [byHand(handOff as never)],
        name: 'front',
      })
      const expert = createReactAgent({ llm, tools: [look], name: 'expert' })
      const graph = new StateGraph(MessagesAnnotation)
        .addNode('front', front, { ends: ['expert'] })
        .addNode('expert', expert)
        .addEdge(START, 'front')
        .compile()
      return collect(await graph.stream(question(), { streamMode: ['values', 'updates'] }))
    })

    expect(live.length).toBeGreaterThan(3)
    expect(recording.events.map((event) => event.name)).toContain('transfer_to_expert')
  })
})

describe('agents of langgraph', () => {
  it('are supervised the same again, with messages that hand back', async () => {
    await expectSameAgain(async (provider) => {
      provider.plan(
        transfer('looker'),
        { type: 'answer', toolCalls: [{ name: 'look', input: { topic: 'cats' } }] },
        answer('Cats.'),
        transfer('talker'),
        answer('Meow.'),
        answer('That is all.'),
      )
      const llm = openai(provider)
      const looker = createReactAgent({ llm, tools: [look], name: 'looker' })
      const talker = createReactAgent({ llm, tools: [], name: 'talker' })
      const team = createSupervisor({ agents: [looker, talker], llm, outputMode: 'full_history' })
      const graph = team.compile()
      return collect(
        await graph.stream(question(), { streamMode: 'values', subgraphs: true }),
      ).then((parts) => parts.map((part) => (part as unknown[]).at(-1)))
    })
  })

  it('swarm the same again, in two turns of one thread', async () => {
    await expectSameAgain(async (provider) => {
      provider.plan(transfer('bob'), answer('Bob here.'), transfer('alice'), answer('Alice.'))
      const llm = openai(provider)
      const hand = (agentName: string) => createHandoffTool({ agentName })
      const alice = createReactAgent({ llm, tools: [hand('bob')], name: 'alice' })
      const bob = createReactAgent({ llm, tools: [hand('alice'), look], name: 'bob' })
      const graph = createSwarm({ agents: [alice, bob], defaultActiveAgent: 'alice' }).compile({
        checkpointer: new MemorySaver(),
      })
      const config = { configurable: { thread_id: 'one' } }
      const first = (await graph.invoke(question(), config)) as unknown
      const second = (await graph.invoke(
        { messages: [new HumanMessage('And now?')] },
        config,
      )) as unknown
      return { first, second }
    })
  })
})

describe('calls of tools that code has made up', () => {
  const State = Annotation.Root({
    messages: Annotation<BaseMessage[]>({ reducer: messagesStateReducer, default: () => [] }),
  })

  it.each([
    ['UUIDs', () => randomUUID()],
    ['UUIDs with a prefix', () => `call_${randomUUID()}`],
  ])('are served again, with %s as ids', async (_name, makeId) => {
    await expectSameAgain(async (provider: Provider) => {
      provider.plan(answer('So it is.'))
      const call = (topic: string) => ({
        name: 'look',
        args: { topic },
        id: makeId(),
        type: 'tool_call' as const,
      })
      const graph = new StateGraph(State)
        .addNode('plan', () => ({
          messages: [new AIMessage({ content: '', tool_calls: [call('cats'), call('dogs')] })],
        }))
        .addNode('tools', new ToolNode([look]))
        .addNode('tell', async ({ messages }) => ({
          messages: [await openai(provider).invoke(messages)],
        }))
        .addEdge(START, 'plan')
        .addEdge('plan', 'tools')
        .addEdge('tools', 'tell')
        .compile()
      return graph.invoke(question())
    })
  })
})
