// An app that knows nothing of Retake but the session it runs in: what it imports from `ai` is its own.
import { openai } from '@ai-sdk/openai'
import { createRetake } from '@retake/core'
import { generateObject, embed, stepCountIs, streamText, tool } from 'ai'
import { z } from 'zod'

let runs = 0

const weather = tool({
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `${++runs} degrees in ${city}`,
})

async function answer() {
  const prompt = 'What is the weather in Oslo?'
  const model = openai.chat('gpt-5')
  const stopWhen = stepCountIs(4)
  const result = streamText({ model, tools: { weather }, stopWhen, prompt })
  const parts: unknown[] = []
  for await (const part of result.toUIMessageStream()) parts.push(part)
  const schema = z.object({ degrees: z.number() })
  const { object } = await generateObject({ model, schema, prompt })
  const { embedding } = await embed({ model: openai.textEmbeddingModel('small'), value: prompt })
  return { parts, object, embedding }
}

const retake = createRetake({ log: false })
const { RECORDING } = process.env
const result = RECORDING
  ? await retake.replay(RECORDING, async () => ({ ...(await answer()) }))
  : await retake.session(async ({ id }) => ({ id, ...(await answer()) }))
process.stdout.write(JSON.stringify({ ...result, runs }))
