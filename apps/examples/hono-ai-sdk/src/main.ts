import assert from 'node:assert/strict'
import { createOpenAI } from '@ai-sdk/openai'
import { serve } from '@hono/node-server'
import { wrapProvider } from '@retake/ai-sdk'
import { retakeMiddleware } from '@retake/hono'
import { startProvider } from '@retake/loopback-provider'
import { createTextStreamResponse, streamText, toTextStream } from 'ai'
import { Hono } from 'hono'

// Replays are served only where the environment says so; in development, set it there.
process.env.RETAKE_REPLAY_ENABLED = '1'

// The app. With a key of your own, `wrapProvider(createOpenAI())` is all it takes.

const provider = await startProvider()
const openai = wrapProvider(createOpenAI({ baseURL: provider.url, apiKey: 'none' }))

const app = new Hono()

app.use(retakeMiddleware())

app.get('/haiku', () => {
  const { stream } = streamText({ model: openai('gpt-5-mini'), prompt: 'Write a haiku.' })
  return createTextStreamResponse({ stream: toTextStream({ stream }) })
})

// The proof: a request is recorded, the provider is stopped, and the same answer comes again.

const { promise: listening, resolve } = Promise.withResolvers<{ port: number }>()
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, resolve)
const url = `http://127.0.0.1:${(await listening).port}/haiku`

const recorded = await fetch(url)
const recordedBytes = await recorded.bytes()
const session = recorded.headers.get('X-Session-Id') ?? ''
assert.equal(provider.calls.total, 1)
await provider.close()

const replayed = await fetch(url, { headers: { 'X-Replay': session } })
assert.deepEqual(await replayed.bytes(), recordedBytes)
assert.equal(replayed.headers.get('X-Replay-Of'), session)
assert.equal(provider.calls.total, 1)

console.log(`Hono: session ${session} replayed, ${recordedBytes.length} equal bytes, no call.`)
server.close()
