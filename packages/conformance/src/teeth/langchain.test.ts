import { ChatAnthropic } from '@langchain/anthropic'
import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { ChatOpenAI } from '@langchain/openai'
import { call, type CallOptions, type SessionData } from '@retake/core'
import { RetakeCallbackHandler } from '@retake/langchain'
import { startProvider, type Provider } from '@retake/loopback-provider'
import { expect } from 'vitest'
import { z } from 'zod'
import { createTestRetake, loadSession, record } from '../lab.ts'
import { verifies } from '../verifies.ts'
import { bite, createBite, printKillRate } from './bite.ts'

// Constructing one arms the classes of LangChain, whose calls are then recorded.
void new RetakeCallbackHandler()

const weather = tool(async () => 'never', {
  name: 'weather',
  description: 'The weather of a city',
  schema: z.object({ city: z.string().describe('Name of the city'), days: z.number().optional() }),
})

const MESSAGES = [
  new SystemMessage('You are a forecaster. Be brief.'),
  new HumanMessage({ content: [{ type: 'text', text: 'Will it rain in Oslo?' }], name: 'ann' }),
  new AIMessage({
    content: 'Let me see.',
    tool_calls: [{ type: 'tool_call', id: 'call_1', name: 'weather', args: { city: 'Oslo' } }],
  }),
  new ToolMessage({ content: '{"sky":"clear"}', tool_call_id: 'call_1' }),
  new HumanMessage('And the day after?'),
]

const MODELS = {
  'OpenAI chat completions': ({ url }: Provider) => openai(url, false),
  'OpenAI responses': ({ url }: Provider) => openai(url, true),
  'Anthropic messages': ({ url }: Provider) =>
    new ChatAnthropic({
      model: 'claude-sonnet-4-5',
      apiKey: 'none',
      anthropicApiUrl: url.replace('/v1', ''),
      temperature: 0.2,
      maxTokens: 400,
    }),
}

function openai(baseURL: string, useResponsesApi: boolean): ChatOpenAI {
  const configuration = { baseURL }
  return new ChatOpenAI({
    model: 'gpt-5-mini',
    apiKey: 'none',
    configuration,
    useResponsesApi,
    maxTokens: 400,
  })
}

verifies('match:strict:edited-langchain-misses', async () => {
  const count = createBite()
  const provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
  const retake = createTestRetake()
  for (const [what, createModel] of Object.entries(MODELS)) {
    const model = createModel(provider).bindTools([weather], { tool_choice: 'auto' })
    const { id } = await record(retake, () => model.invoke(MESSAGES))
    const source = await loadSession(retake, id)
    const asked = readAsked(source)
    const ask = (request: unknown) => call({ ...asked, request }, async () => 'live')
    await expect(retake.replay(source, () => ask(asked.request))).resolves.not.toBe('live')
    await bite(count, { source, request: asked.request, ask }, { what })
  }
  await provider.close()
  printKillRate('requests of LangChain models', count)
  expect(count.survivors).toEqual([])
})

/** The call of the model as it was recorded, without what was undefined in it. */
function readAsked({ events }: SessionData): Pick<CallOptions, 'kind' | 'name' | 'request'> {
  const recorded = events.find((event) => event.kind === 'llm')
  const { kind = 'llm', name = '', op, request } = recorded ?? {}
  const defined: unknown = JSON.parse(JSON.stringify(request), (_key, value: unknown) =>
    isUndefined(value) ? undefined : value,
  )
  return { kind, name, request: defined, ...(op && { op }) }
}

function isUndefined(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '$rt' in value && value.$rt === 'undefined'
}
