import { createOpenAI } from '@ai-sdk/openai'
import { wrapAISDK } from '@retake/ai-sdk'
import { startProvider, type PlannedResponse } from '@retake/loopback-provider'
import * as ai from 'ai'
import { z } from 'zod'

const { generateText, streamText } = wrapAISDK(ai)

/** An agent as apps have them: the AI SDK, a provider over HTTP, and a tool that the model calls. */
export interface SdkAgent {
  /** Calls that reached the provider or the tool. */
  readonly calls: number
  /** An answer in several steps, with a tool call between them. */
  readonly answer: (question: string) => Promise<{ readonly text: string; readonly tools: unknown }>
  /** An answer in parts, as the SDK gives them. Errors are left to the SDK, which swallows them. */
  readonly parts: (question: string) => AsyncIterable<ai.TextStreamPart<ai.ToolSet>>
  /** The text of the same. */
  readonly stream: (question: string) => AsyncIterable<string>
  /** One answer, without trying again. */
  readonly once: (question: string) => Promise<string>
  /** What the provider does with the next calls. */
  readonly plan: (...responses: readonly PlannedResponse[]) => void
  /** Stops the provider: whatever is called then fails. */
  readonly stop: () => Promise<void>
}

export async function startAgent(): Promise<SdkAgent> {
  const provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
  const model = createOpenAI({ baseURL: provider.url, apiKey: 'none' })('gpt-5')
  let toolRuns = 0
  const weather = ai.tool({
    description: 'Tells the weather',
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => ({ city, degrees: ++toolRuns + performance.now() }),
  })
  const options = { model, tools: { weather }, stopWhen: ai.isStepCount(3) }

  return {
    get calls() {
      return provider.calls.total + toolRuns
    },
    async answer(question) {
      const { text, steps } = await generateText({ ...options, prompt: question })
      return { text, tools: steps.flatMap(({ toolResults }) => toolResults) }
    },
    parts: (question) => streamText({ ...options, prompt: question, onError() {} }).fullStream,
    stream: (question) => streamText({ ...options, prompt: question, onError() {} }).textStream,
    once: async (question) => (await generateText({ model, prompt: question, maxRetries: 0 })).text,
    plan: (...responses) => provider.plan(...responses),
    stop: () => provider.close(),
  }
}
