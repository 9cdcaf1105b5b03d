import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import {
  APICallError,
  generateText,
  isStepCount,
  Output,
  streamText,
  tool,
  type LanguageModel,
} from 'ai'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startProvider, type Provider, type ProviderOptions } from './index.ts'

interface Api {
  readonly name: string
  readonly path: string
  /** Status of an overloaded provider. */
  readonly overloaded: number
  readonly model: (baseURL: string) => LanguageModel
}

const apis: readonly Api[] = [
  {
    name: 'OpenAI chat completions',
    path: '/v1/chat/completions',
    overloaded: 503,
    model: (baseURL) => createOpenAI({ baseURL, apiKey: 'none' }).chat('gpt-4o'),
  },
  {
    name: 'OpenAI Responses',
    path: '/v1/responses',
    overloaded: 503,
    model: (baseURL) => createOpenAI({ baseURL, apiKey: 'none' }).responses('gpt-5'),
  },
  {
    name: 'Anthropic messages',
    path: '/v1/messages',
    overloaded: 529,
    model: (baseURL) => createAnthropic({ baseURL, apiKey: 'none' })('claude-sonnet-4-5'),
  },
]

const policyInput = z.object({ days: z.number().int().min(10).max(30), urgent: z.boolean() })

const tools = {
  lookup: tool({
    inputSchema: z.object({ orderId: z.string().regex(/^A-\d+$/) }),
    execute: ({ orderId }) => ({ orderId, status: 'delivered' }),
  }),
  policy: tool({
    inputSchema: policyInput,
    execute: ({ days }) => `refunds within ${days} days`,
  }),
  unused: tool({ inputSchema: z.object({}), execute: () => 'not asked for' }),
}

const running: Provider[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((provider) => provider.close()))
})

async function start(options?: ProviderOptions): Promise<Provider> {
  const provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0, ...options })
  running.push(provider)
  return provider
}

/** Reads a stream to its end, wherever that is. */
async function readStream(model: LanguageModel) {
  const deltas: string[] = []
  const errors: unknown[] = []
  const { stream } = streamText({ model, prompt: 'Say something.', maxRetries: 0, onError() {} })
  try {
    for await (const part of stream) {
      if (part.type === 'text-delta') deltas.push(part.text)
      if (part.type === 'error') errors.push(part.error)
    }
  } catch (error) {
    // A broken connection ends the stream; all else is a part of it.
    errors.push(error)
  }
  return { deltas, errors }
}

describe.each(apis)('$name', ({ path, model: createModel, overloaded }) => {
  it('streams another answer each time', async () => {
    const provider = await start()
    const model = createModel(provider.url)

    const first = await readStream(model)
    const second = await readStream(model)

    expect(first.errors).toEqual([])
    expect(first.deltas.length).toBeGreaterThan(5)
    expect(second.deltas).not.toEqual(first.deltas)
    expect(provider.calls.byPath).toEqual({ [path]: 2 })
  })

  it('answers at once, with ids of its own and all kinds of tokens', async () => {
    const provider = await start()
    const model = createModel(provider.url)

    const first = await generateText({ model, prompt: 'Say something.' })
    const second = await generateText({ model, prompt: 'Say something.' })

    expect(first.text).toMatch(/^\S.*\.$/u)
    expect(second.text).not.toBe(first.text)
    expect(second.response.id).not.toBe(first.response.id)
    const { inputTokens, outputTokens, inputTokenDetails, outputTokenDetails } = first.usage
    expect(inputTokens).toBeGreaterThan(inputTokenDetails.cacheReadTokens!)
    expect(inputTokenDetails.cacheReadTokens).toBeGreaterThan(0)
    expect(outputTokens).toBeGreaterThan(outputTokenDetails.reasoningTokens!)
    expect(outputTokenDetails.reasoningTokens).toBeGreaterThan(0)
  })

  it('counts the same tokens in a stream', async () => {
    const provider = await start()

    const { usage } = streamText({ model: createModel(provider.url), prompt: 'Say something.' })

    const { inputTokenDetails, outputTokenDetails } = await usage
    expect(inputTokenDetails.cacheReadTokens).toBeGreaterThan(0)
    expect(outputTokenDetails.reasoningTokens).toBeGreaterThan(0)
  })

  it.each(['whole', 'streamed'])(
    'asks for two tools, then quotes their results (%s)',
    async (how) => {
      const provider = await start()
      const settings = {
        model: createModel(provider.url),
        prompt: 'May I return order A-1042?',
        tools,
        stopWhen: isStepCount(5),
      }

      const steps =
        how === 'whole' ? (await generateText(settings)).steps : await streamText(settings).steps

      const calls = steps[0]!.toolCalls
      const [lookup, policy] = calls
      expect(calls.map(({ toolName }) => toolName)).toEqual(['lookup', 'policy'])
      expect(lookup!.input).toEqual({ orderId: 'A-1042' })
      expect(lookup!.toolCallId).not.toBe(policy!.toolCallId)
      const { days } = policyInput.parse(policy!.input)
      expect(steps).toHaveLength(2)
      expect(steps[1]!.text).toContain('{"orderId":"A-1042","status":"delivered"}')
      expect(steps[1]!.text).toContain(`refunds within ${days} days`)
      expect(provider.calls.total).toBe(2)
    },
  )

  it('asks for tools again in the next turn, under other ids', async () => {
    const provider = await start()
    const model = createModel(provider.url)
    const first = await generateText({
      model,
      prompt: 'Order A-1?',
      tools,
      stopWhen: isStepCount(2),
    })

    const second = await generateText({
      model,
      tools,
      messages: [
        { role: 'user', content: 'Order A-1?' },
        ...first.responseMessages,
        { role: 'user', content: 'And order A-2?' },
      ],
    })

    expect(second.toolCalls[0]!.input).toEqual({ orderId: 'A-2' })
    expect(second.toolCalls[0]!.toolCallId).not.toBe(first.steps[0]!.toolCalls[0]!.toolCallId)
  })

  it('calls no tool, or only one, where it is told so', async () => {
    const provider = await start()
    const settings = { model: createModel(provider.url), prompt: 'Order A-1?', tools }

    const none = await generateText({ ...settings, toolChoice: 'none' })
    const named = await generateText({
      ...settings,
      toolChoice: { type: 'tool', toolName: 'policy' },
    })

    expect(none.toolCalls).toEqual([])
    expect(none.text).not.toBe('')
    expect(named.toolCalls.map(({ toolName }) => toolName)).toEqual(['policy'])
  })

  it('answers in the form of a schema', async () => {
    const provider = await start()
    const schema = z.object({
      mood: z.enum(['calm', 'glad']),
      score: z.number(),
      tags: z.array(z.string()),
      nested: z.object({ certain: z.boolean(), note: z.string().nullable() }),
    })

    const { output } = await generateText({
      model: createModel(provider.url),
      output: Output.object({ schema }),
      prompt: 'How are you?',
    })

    expect(schema.parse(output)).toEqual(output)
  })

  it('says what is planned', async () => {
    const provider = await start()
    const settings = { model: createModel(provider.url), prompt: 'Order A-1?', tools }
    provider.plan(
      { type: 'answer', toolCalls: [{ name: 'policy', input: { days: 12, urgent: false } }] },
      { type: 'answer', text: 'Yes, you may.' },
    )

    const { steps } = await generateText({ ...settings, stopWhen: isStepCount(5) })

    expect(steps[0]!.toolCalls.map(({ input }) => input)).toEqual([{ days: 12, urgent: false }])
    expect(steps[1]!.text).toBe('Yes, you may.')
  })

  it('is over its limit, then fails, then answers', async () => {
    const provider = await start()
    provider.plan({ type: 'rate-limit', retryAfterSeconds: 0 }, { type: 'server-error' })

    const model = createModel(provider.url)
    const limited = await generateText({ model, prompt: 'Hi', maxRetries: 0 }).catch(String)
    const failed = await generateText({ model, prompt: 'Hi', maxRetries: 0 }).catch(String)
    const answered = await generateText({ model, prompt: 'Hi', maxRetries: 0 })

    expect(limited).toContain('Rate limit reached')
    expect(failed).toContain('The server had an error')
    expect(answered.text).not.toBe('')
    expect(provider.calls.total).toBe(3)
  })

  it('tells how long to wait', async () => {
    const provider = await start()
    provider.plan({ type: 'rate-limit', retryAfterSeconds: 7 })

    const error: unknown = await generateText({
      model: createModel(provider.url),
      prompt: 'Hi',
      maxRetries: 0,
    }).catch((reason: unknown) => reason)

    expect(error).toMatchObject({ statusCode: 429, isRetryable: true })
    expect(APICallError.isInstance(error) && error.responseHeaders?.['retry-after']).toBe('7')
  })

  it('refuses a key', async () => {
    const provider = await start()
    provider.plan({ type: 'unauthorized' })

    const answer = generateText({ model: createModel(provider.url), prompt: 'Hi' })

    await expect(answer).rejects.toMatchObject({ statusCode: 401, isRetryable: false })
  })

  it('is overloaded', async () => {
    const provider = await start()
    provider.plan({ type: 'overloaded' })

    const answer = generateText({ model: createModel(provider.url), prompt: 'Hi', maxRetries: 0 })

    await expect(answer).rejects.toMatchObject({ statusCode: overloaded })
  })

  it.each(['reset', 'malformed', 'overloaded'] as const)(
    'goes wrong in the middle of a stream: %s',
    async (type) => {
      const provider = await start()
      provider.plan({ type, afterEvents: 6 })

      const { deltas, errors } = await readStream(createModel(provider.url))

      expect(errors).toHaveLength(1)
      expect(deltas.length).toBeGreaterThan(0)
    },
  )

  it.each(['reset', 'malformed'] as const)('goes wrong at once: %s', async (type) => {
    const provider = await start()
    provider.plan({ type })

    const answer = generateText({ model: createModel(provider.url), prompt: 'Hi', maxRetries: 0 })

    await expect(answer).rejects.toThrow(/\S/)
  })

  it('counts what the caller gives up', async () => {
    const provider = await start()
    provider.plan({ type: 'hang', afterEvents: 6 })
    const abort = new AbortController()
    const { stream } = streamText({
      model: createModel(provider.url),
      prompt: 'Hi',
      abortSignal: abort.signal,
    })

    for await (const part of stream) if (part.type === 'text-delta') abort.abort()

    await expect.poll(() => provider.calls.aborted).toBe(1)
    expect(provider.calls.total).toBe(1)
  })
})

it('gives away its reasons where the caller asks for them', async () => {
  const provider = await start()
  const openai = createOpenAI({ baseURL: provider.url, apiKey: 'none' })
  const anthropic = createAnthropic({ baseURL: provider.url, apiKey: 'none' })

  const responses = await generateText({
    model: openai.responses('gpt-5'),
    prompt: 'Why?',
    providerOptions: { openai: { reasoningEffort: 'low', reasoningSummary: 'auto' } },
  })
  const messages = streamText({
    model: anthropic('claude-sonnet-4-5'),
    prompt: 'Why?',
    providerOptions: { anthropic: { thinking: { type: 'enabled', budgetTokens: 1024 } } },
  })

  expect(responses.reasoningText).toMatch(/\.$/)
  expect(await messages.finalStep.then(({ reasoningText }) => reasoningText)).toMatch(/\.$/)
})
