// An agent behind Express, as the tests of the commands start it. What it does is changed by its environment, as a
// developer would by editing it.
import type { AddressInfo } from 'node:net'
import { createRetake, recorded, stream } from '@retake/core'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { retakeMiddleware } from '@retake/express'
import express from 'express'

const {
  APP_PROMPT = 'Grade this essay',
  APP_SHAPE,
  APP_TOOL,
  APP_DIR = '.retake',
  APP_PORT = '0',
} = process.env

let runs = 0
const retake = createRetake({
  store: createDirectoryStore({ directory: APP_DIR }),
  log: false,
  price: ({ usage: { inputTokens = 0 } }) => inputTokens / 1_000,
})

const ask = recorded(
  'llm',
  'openai/gpt-5-mini',
  async ({ prompt }: { prompt: string }) => ({ text: `${prompt}: answer ${++runs}` }),
  {
    model: 'gpt-5-mini',
    provider: 'openai',
    summarize: () => ({ usage: { inputTokens: 12, outputTokens: 5 } }),
  },
)
const lookUp = recorded('tool', 'look-up', async ({ topic }: { topic: string }) => ({
  rule: `${topic}: ${APP_TOOL ?? 'be kind'}`,
}))

async function* tell(prompt: string): AsyncGenerator<string> {
  const options = {
    kind: 'llm',
    op: 'stream',
    name: 'openai/gpt-5-mini',
    request: { prompt },
  } as const
  const { stream: parts } = await stream(options, async () => ({
    stream: partsOf(`${prompt} `, `streamed ${++runs}`),
  }))
  for await (const part of parts) yield `data: ${JSON.stringify({ delta: part })}\n\n`
}

function partsOf(...parts: readonly string[]): ReadableStream<string> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part)
      controller.close()
    },
  })
}

export const app: express.Express = express()

app.use(retakeMiddleware(retake, { describe: () => ({ agent: 'grader', tags: ['school'] }) }))
app.use(express.json())

app.post('/grade', async (request, response) => {
  const { essay } = request.body as { essay: string }
  const { rule } = await lookUp({ topic: 'essays' })
  const { text } = await ask({ prompt: `${APP_PROMPT}, ${rule}: ${essay}` })
  response.json(APP_SHAPE ? { [APP_SHAPE]: text } : { grade: text, rule })
})

app.post('/search', async (_request, response) => {
  const sources: string[] = []
  const search = recorded('tool', 'search', async (query: string) => {
    sources.push(query)
    return `found ${query}`
  })
  const answer = await search('x')
  response.json({ answer, sources, at: new Date(), id: crypto.randomUUID() })
})

app.post('/chat', async (request, response) => {
  const { prompt } = request.body as { prompt: string }
  response.type('text/event-stream')
  for await (const event of tell(prompt)) response.write(event)
  response.end()
})

app.post('/fail', async () => {
  await ask({ prompt: 'before it breaks' })
  throw new Error('the model is gone')
})

if (process.argv[1] === import.meta.filename) {
  const server = app.listen(Number(APP_PORT), '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  })
}
