// A server that records with the middleware, and imports `ai` as it is.
import { openai } from '@ai-sdk/openai'
import { retakeMiddleware } from '@retake/express'
import { generateText, stepCountIs, streamText, tool } from 'ai'
import express from 'express'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

let runs = 0

const weather = tool({
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, degrees: ++runs + performance.now() }),
})

const app = express()
app.use(retakeMiddleware())

const options = () => ({
  model: openai('gpt-5'),
  tools: { weather },
  stopWhen: stepCountIs(4),
  prompt: 'What is the weather in Oslo?',
})

app.get('/ui', (_request, response) => {
  void streamText(options()).pipeUIMessageStreamToResponse(response)
})

app.get('/text', (_request, response) => {
  void streamText(options()).pipeTextStreamToResponse(response)
})

app.get('/json', async (_request, response) => {
  const { text, steps, totalUsage } = await generateText(options())
  response.json({ text, totalUsage, contents: steps.map(({ content }) => content) })
})

app.get('/runs', (_request, response) => {
  response.json(runs)
})

const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
