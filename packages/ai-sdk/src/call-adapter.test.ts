import { testCallAdapter, type CallAdapter } from '@retake/testing'
import { startProvider } from '@retake/loopback-provider'
import * as ai from 'ai'
import { describe, it } from 'vitest'
import { z } from 'zod'
import { wrapAISDK, wrapTool } from './index.ts'
import { comparable } from './testing/comparable.ts'
import { anthropic, compatible, openai } from './testing/providers.ts'

const { generateText, streamText } = wrapAISDK(ai)

const MODELS = {
  openai: [openai, 'gpt-5'],
  anthropic: [anthropic, 'claude-sonnet-4-5'],
  compatible: [compatible, 'acme-1'],
} as const

async function createAdapter(name: keyof typeof MODELS): Promise<CallAdapter> {
  const provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
  const [connect, id] = MODELS[name]
  const model = connect(provider)(id)
  let runs = 0
  const execute = async ({ query }: { query: string }) => ({
    query,
    run: ++runs + performance.now(),
  })
  const search = wrapTool('search', { inputSchema: z.object({ query: z.string() }), execute })
  const event = { kind: 'llm', name: `${model.provider}/${id}`, hasUsage: true } as const

  return {
    calls: () => provider.calls.total + runs,
    async generate(prompt) {
      const { text, usage, response } = await generateText({ model, prompt })
      return comparable({ text, usage, response })
    },
    async *stream(prompt, { signal }) {
      const options = { model, prompt, onError() {}, ...(signal && { abortSignal: signal }) }
      for await (const part of streamText(options).fullStream) {
        if (part.type === 'text-delta') yield part
      }
    },
    callTool: async (query) => search.execute({ query }),
    async refused(prompt) {
      provider.plan({ type: 'rate-limit' })
      await generateText({ model, prompt, maxRetries: 0 })
      throw new TypeError('It should have been refused.')
    },
    describeError: (error) => [ai.APICallError.isInstance(error), comparable(error)],
    events: {
      generate: event,
      stream: event,
      tool: { kind: 'tool', name: 'search', hasUsage: false },
    },
    close: () => provider.close(),
  }
}

for (const name of ['openai', 'anthropic', 'compatible'] as const) {
  testCallAdapter(name, () => createAdapter(name), { describe, it })
}
