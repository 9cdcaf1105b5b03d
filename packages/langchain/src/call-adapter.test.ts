import { getRetryable } from '@langchain/core/errors'
import { tool } from '@langchain/core/tools'
import { testCallAdapter, type CallAdapter } from '@retake/testing'
import { startProvider } from '@retake/loopback-provider'
import { describe, it } from 'vitest'
import { z } from 'zod'
import { RetakeCallbackHandler } from './index.ts'
import { anthropic, openai, responses } from './testing/models.ts'

void new RetakeCallbackHandler()

const MODELS = { openai, responses, anthropic: anthropic as unknown as typeof openai }
const IDS = {
  openai: 'openai/gpt-4o-mini',
  responses: 'openai/gpt-5',
  anthropic: 'anthropic/claude-sonnet-4-5',
}

async function createAdapter(name: keyof typeof MODELS): Promise<CallAdapter> {
  const provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
  const model = MODELS[name](provider)
  let runs = 0
  const search = tool(({ query }) => ({ query, run: ++runs + performance.now() }), {
    name: 'search',
    description: 'Searches',
    schema: z.object({ query: z.string() }),
  })
  const event = { kind: 'llm', name: IDS[name], hasUsage: true } as const

  return {
    calls: () => provider.calls.total + runs,
    generate: async (prompt) => withoutRunId(await model.invoke(prompt)),
    async *stream(prompt, options) {
      for await (const chunk of await model.stream(prompt, options)) yield withoutRunId(chunk)
    },
    callTool: (query) => search.invoke({ query }),
    refused: async (prompt) => {
      provider.plan({ type: 'rate-limit' })
      await model.invoke(prompt)
      throw new TypeError('It should have been refused.')
    },
    describeError: (error) => {
      const { name: kind, message, status, lc_error_code: code } = error as Record<string, unknown>
      return { kind, message, status, code, isRetryable: getRetryable(error) }
    },
    events: {
      generate: event,
      stream: event,
      tool: { kind: 'tool', name: 'search', hasUsage: false },
    },
    close: () => provider.close(),
  }
}

// A message without an id of its provider is named after its run, which is another in each replay.
function withoutRunId({ id, ...message }: object & { id?: string }): object {
  const fields = JSON.parse(JSON.stringify({ ...message, lc_kwargs: undefined })) as object
  return id?.startsWith('run-') ? fields : { id, ...fields }
}

for (const name of ['openai', 'responses', 'anthropic'] as const) {
  testCallAdapter(name, () => createAdapter(name), { describe, it })
}
