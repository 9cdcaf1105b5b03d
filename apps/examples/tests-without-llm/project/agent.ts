import { createOpenAI } from '@ai-sdk/openai'
import { wrapAISDK } from '@retake/ai-sdk'
import * as ai from 'ai'
import { z } from 'zod'

const { generateText, stepCountIs, tool } = wrapAISDK(ai)
const openai = createOpenAI({ baseURL: process.env.PROVIDER_URL, apiKey: 'none' })

const weather = tool({
  description: 'Tells the weather of a city',
  inputSchema: z.object({ city: z.string().regex(/City \d+/) }),
  execute: async ({ city }) => `${city}: ${city.length} degrees`,
})

/** Answers a question, with a tool: two calls of a model. */
export async function forecast(question: string): Promise<string> {
  const { text } = await generateText({
    model: openai('gpt-5-mini'),
    tools: { weather },
    stopWhen: stepCountIs(5),
    prompt: question,
  })
  return text
}
