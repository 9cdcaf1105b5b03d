import {
  AIMessage,
  ChatMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
  type BaseMessage,
} from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { OpenAIEmbeddings, type ChatOpenAIFields } from '@langchain/openai'
import { createRetake, isRetakeError } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { startProvider, type Provider } from '@retake/loopback-provider'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { RetakeCallbackHandler, retakeEmbeddings } from './index.ts'
import { anthropic, openai, responses } from './testing/models.ts'

void new RetakeCallbackHandler()

const MODELS = { openai, responses, anthropic: anthropic as unknown as typeof openai }

interface Request {
  fields: ChatOpenAIFields
  tools: { name: string; description: string; schema: z.ZodObject }[]
  options: Record<string, unknown>
  messages: BaseMessage[]
}

const IMAGE = { type: 'image', source_type: 'base64', mime_type: 'image/png', data: 'aGVsbG8=' }

function createRequest(): Request {
  return {
    fields: { temperature: 0.2, topP: 0.9, maxTokens: 100 },
    tools: [
      { name: 'one', description: 'First', schema: z.object({ city: z.string() }) },
      { name: 'two', description: 'Second', schema: z.object({ day: z.number() }) },
    ],
    options: { tool_choice: 'auto' },
    messages: [
      new SystemMessage('Be brief'),
      new HumanMessage({ content: [{ type: 'text', text: 'What is this?' }, IMAGE] }),
      new AIMessage({
        content: 'Let me see',
        tool_calls: [
          { type: 'tool_call', id: 'call_1', name: 'one', args: { city: 'Oslo', exact: true } },
        ],
      }),
      new ToolMessage({ content: 'Rain', tool_call_id: 'call_1' }),
      new HumanMessage('And now?'),
    ],
  }
}

type Change = (request: Request) => void

/** What is changed of a message. */
interface Draft {
  content: unknown
  name: string
  additional_kwargs: Record<string, unknown>
  tool_call_id: string
  status: string
  tool_calls: { id: string; name: string; args: Record<string, unknown> }[]
}

function messageAt(request: Request, index: number): Draft {
  return request.messages[index] as unknown as Draft
}

function partsOf(request: Request): Record<string, unknown>[] {
  return messageAt(request, 1).content as Record<string, unknown>[]
}

const CHANGES: Readonly<Record<string, Change>> = {
  'another model': (request) => void (request.fields.model = 'other-model'),
  'another temperature': (request) => void (request.fields.temperature = 0.3),
  'another topP': (request) => void (request.fields.topP = 0.8),
  'another limit of tokens': (request) => void (request.fields.maxTokens = 101),
  'another choice of tools': (request) => void (request.options.tool_choice = 'one'),
  'a tool less': (request) => void request.tools.pop(),
  'tools in another order': (request) => void (request.tools = request.tools.toReversed()),
  'another name of a tool': (request) => void (request.tools[0]!.name = 'uno'),
  'another description of a tool': (request) => void (request.tools[0]!.description = 'Primary'),
  'another schema of a tool': (request) =>
    void (request.tools[0]!.schema = z.object({ city: z.string().optional() })),
  'another system prompt': (request) => void (messageAt(request, 0).content = 'Be brief!'),
  'a system prompt less': (request) => void request.messages.shift(),
  'another text in a part': (request) => void (partsOf(request)[0]!.text = 'What is that?'),
  'another image': (request) => void (partsOf(request)[1] = { ...IMAGE, data: 'd29ybGQ=' }),
  'another type of image': (request) =>
    void (partsOf(request)[1] = {
      ...IMAGE,
      mime_type: 'image/jpeg',
    }),
  'parts in another order': (request) =>
    void (messageAt(request, 1).content = partsOf(request).toReversed()),
  'another answer before': (request) => void (messageAt(request, 2).content = 'Let me look'),
  'another name of a called tool': (request) =>
    void (messageAt(request, 2).tool_calls[0]!.name = 'two'),
  'another argument of a called tool': (request) =>
    void (messageAt(request, 2).tool_calls[0]!.args.city = 'Rome'),
  'an argument less': (request) => void delete messageAt(request, 2).tool_calls[0]!.args.exact,
  'another id of a called tool': (request) =>
    void (messageAt(request, 2).tool_calls[0]!.id = 'call_2'),
  'something besides the answer before': (request) =>
    void (messageAt(request, 2).additional_kwargs.reasoning = 'hm'),
  'another result of a tool': (request) => void (messageAt(request, 3).content = 'Sun'),
  'a result for another call': (request) => void (messageAt(request, 3).tool_call_id = 'call_2'),
  'a result that is an error': (request) => void (messageAt(request, 3).status = 'error'),
  'another question': (request) => void (messageAt(request, 4).content = 'And now'),
  'a question of somebody': (request) => void (messageAt(request, 4).name = 'Ada'),
  'a question in another role': (request) =>
    void (request.messages[4] = new ChatMessage('And now?', 'developer')),
  'a message more': (request) => void request.messages.push(new HumanMessage('Well?')),
  'a message twice': (request) => void request.messages.push(new HumanMessage('And now?')),
  'a message less': (request) => void request.messages.pop(),
}

const ONLY_OPENAI: Readonly<Record<string, Change>> = {
  'another seed': (request) => void (request.options.seed = 2),
  'another format of the answer': (request) =>
    void (request.options.response_format = { type: 'json_object' }),
  'a stop sequence': (request) => void (request.options.stop = ['END']),
  'a prediction': (request) =>
    void (request.options.prediction = { type: 'content', content: 'And' }),
  'another user': (request) => void (request.fields.user = 'ada'),
  'several answers': (request) => void (request.fields.n = 2),
  'a bias': (request) => void (request.fields.logitBias = { 50256: -100 }),
}

let provider: Provider

beforeAll(async () => {
  provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
})

afterAll(() => provider.close())

async function isCaught(
  run: (changed: boolean) => Promise<unknown>,
): Promise<{ same: unknown; changed: unknown }> {
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  const retake = createRetake({ store: createMemoryStore(), environment, log: false })
  const session = await retake.session(async (opened) => {
    await run(false)
    return opened
  })
  await session.settled
  const calls = provider.calls.total
  const outcome = (changed: boolean) =>
    retake
      .replay(session.id, () => run(changed), { match: 'strict' })
      .then(
        () => 'served',
        (error: unknown) => (isRetakeError(error) ? error.code : error),
      )
  const outcomes = { same: await outcome(false), changed: await outcome(true) }
  expect(provider.calls.total).toBe(calls)
  return outcomes
}

const caught = { same: 'served', changed: 'REPLAY_MISS' }

describe.each(['openai', 'responses', 'anthropic'] as const)('of a request to %s', (name) => {
  const changes = name === 'openai' ? { ...CHANGES, ...ONLY_OPENAI } : CHANGES

  it.each(Object.keys(changes))('%s is never taken for the same', async (change) => {
    const run = async (isChanged: boolean) => {
      const request = createRequest()
      if (isChanged) changes[change]?.(request)
      const tools = request.tools.map((about) => tool(() => 'never', about))
      const model = MODELS[name](provider, request.fields).bindTools(tools, request.options)
      await model.invoke(request.messages)
    }

    expect(await isCaught(run)).toStrictEqual(caught)
  })
})

describe('of other calls', () => {
  const echo = tool(({ text }) => text, {
    name: 'echo',
    description: 'Echoes',
    schema: z.object({ text: z.string() }),
  })

  it('an argument is never taken for another', async () => {
    const run = (isChanged: boolean) => echo.invoke({ text: isChanged ? 'two' : 'one' })

    expect(await isCaught(run)).toStrictEqual(caught)
  })

  it('a stream is never taken for a whole answer', async () => {
    const run = async (isChanged: boolean) =>
      isChanged ? openai(provider).stream('hello') : openai(provider).invoke('hello')

    expect(await isCaught(run)).toStrictEqual(caught)
  })

  it.each(['input', 'dimensions', 'method'])(
    'an embedding of another %s is never taken for it',
    async (what) => {
      const run = async (isChanged: boolean) => {
        const dimensions = isChanged && what === 'dimensions' ? 3 : 2
        const embeddings = retakeEmbeddings(
          new OpenAIEmbeddings({
            apiKey: 'none',
            dimensions,
            configuration: { baseURL: provider.url },
          }),
        )
        const text = isChanged && what === 'input' ? 'two' : 'one'
        await (isChanged && what === 'method'
          ? embeddings.embedDocuments([text])
          : embeddings.embedQuery(text))
      }

      expect(await isCaught(run)).toStrictEqual(caught)
    },
  )
})
