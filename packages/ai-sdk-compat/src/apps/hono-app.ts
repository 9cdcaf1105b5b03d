// A server that records with the middleware, and imports `ai` as it is.
import { openai } from '@ai-sdk/openai'
import { serve } from '@hono/node-server'
import { retakeMiddleware } from '@retake/hono'
import { generateText, stepCountIs, streamText, tool } from 'ai'
import { Hono } from 'hono'
import { z } from 'zod'

let runs = 0

const weather = tool({
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, degrees: ++runs + performance.now() }),
})

const app = new Hono()
app.use(retakeMiddleware())

const options = () => ({
  model: openai('gpt-5'),
  tools: { weather },
  stopWhen: stepCountIs(4),
  prompt: 'What is the weather in Oslo?',
})

app.get('/ui', () => streamText(options()).toUIMessageStreamResponse())

app.get('/text', () => streamText(options()).toTextStreamResponse())

app.get('/json', async (context) => {
  const { text, steps, totalUsage } = await generateText(options())
  return context.json({ text, totalUsage, contents: steps.map(({ content }) => content) })
})

app.get('/runs', (context) => context.json(runs))

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.stdout.write(`http://127.0.0.1:${port}\n`)
})
