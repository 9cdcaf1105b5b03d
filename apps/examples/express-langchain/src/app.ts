import { ChatOpenAI } from '@langchain/openai'
import { retakeMiddleware } from '@retake/express'
import { RetakeCallbackHandler } from '@retake/langchain'
import express from 'express'
import { createAgent, tool } from 'langchain'
import { z } from 'zod'

// The handler and the middleware are all it takes; no callbacks are handed around.
void new RetakeCallbackHandler()

let readings = 0

const weather = tool(({ city }) => `${city}: ${++readings} degrees`, {
  name: 'weather',
  description: 'Tells the weather of a city',
  schema: z.object({ city: z.string() }),
})

const agent = createAgent({
  name: 'forecaster',
  model: new ChatOpenAI({ model: 'gpt-5-mini' }),
  systemPrompt: 'You tell people what to wear.',
  tools: [weather],
})

export const app: express.Express = express()

app.use(retakeMiddleware())
app.use(express.json())

app.post('/forecast', async (request, response) => {
  const { question } = request.body as { question: string }
  const { messages } = await agent.invoke({ messages: [{ role: 'user', content: question }] })
  response.json({ answer: messages.at(-1)?.text, steps: messages.length })
})

/** How many times the weather was really read. */
export function readingsSoFar(): number {
  return readings
}
