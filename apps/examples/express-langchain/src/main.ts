import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { ChatOpenAI } from '@langchain/openai'
import { retakeMiddleware } from '@retake/express'
import { RetakeCallbackHandler } from '@retake/langchain'
import { startProvider } from '@retake/loopback-provider'
import express from 'express'
import { createAgent, tool } from 'langchain'
import { z } from 'zod'

// Replays are served only where the environment says so; in development, set it there.
process.env.RETAKE_REPLAY_ENABLED = '1'

// The app. The handler and the middleware are all it takes; no callbacks are handed around.

const provider = await startProvider()
let readings = 0

void new RetakeCallbackHandler()

const weather = tool(({ city }) => `${city}: ${++readings} degrees`, {
  name: 'weather',
  description: 'Tells the weather of a city',
  schema: z.object({ city: z.string() }),
})

const agent = createAgent({
  name: 'forecaster',
  model: new ChatOpenAI({
    model: 'gpt-5-mini',
    apiKey: 'none',
    configuration: { baseURL: provider.url },
  }),
  tools: [weather],
})

const app = express()

app.use(retakeMiddleware())
app.use(express.json())

app.post('/forecast', async (request, response) => {
  const { question } = request.body as { question: string }
  const { messages } = await agent.invoke({ messages: [{ role: 'user', content: question }] })
  response.json({ answer: messages.at(-1)?.text, steps: messages.length })
})

const server = app.listen(0, '127.0.0.1')

// The proof: a request is recorded, the provider is stopped, and the same answer comes again.

await once(server, 'listening')
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/forecast`

function ask(headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const body = JSON.stringify({ question: 'Do I need an umbrella?' })
  return fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
}

const recorded = await ask()
const recordedText = await recorded.text()
const session = recorded.headers.get('X-Session-Id') ?? ''
assert.equal(recorded.status, 200)
assert.equal(provider.calls.total, 2)
assert.equal(readings, 1)
await provider.close()

const replayed = await ask({ 'X-Replay': session })
assert.equal(await replayed.text(), recordedText)
assert.equal(replayed.headers.get('X-Replay-Of'), session)
assert.equal(replayed.headers.get('X-Replay-Status'), 'ok')
assert.equal(provider.calls.total, 2)
assert.equal(readings, 1)

const { steps } = JSON.parse(recordedText) as { steps: number }
console.log(`LangChain: session ${session} replayed, ${steps} equal steps, no call, no tool run.`)
server.close()
