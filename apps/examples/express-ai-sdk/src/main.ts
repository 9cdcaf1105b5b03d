import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createOpenAI } from '@ai-sdk/openai'
import { wrapProvider } from '@retake/ai-sdk'
import { retakeMiddleware } from '@retake/express'
import { startProvider } from '@retake/loopback-provider'
import { pipeTextStreamToResponse, streamText, toTextStream } from 'ai'
import express from 'express'

// Replays are served only where the environment says so; in development, set it there.
process.env.RETAKE_REPLAY_ENABLED = '1'

// The app. With a key of your own, `wrapProvider(createOpenAI())` is all it takes.

const provider = await startProvider()
const openai = wrapProvider(createOpenAI({ baseURL: provider.url, apiKey: 'none' }))

const app = express()

app.use(retakeMiddleware())

app.get('/haiku', async (_request, response) => {
  const { stream } = streamText({ model: openai('gpt-5-mini'), prompt: 'Write a haiku.' })
  await pipeTextStreamToResponse({ response, stream: toTextStream({ stream }) })
})

const server = app.listen(0, '127.0.0.1')

// The proof: a request is recorded, the provider is stopped, and the same answer comes again.

await once(server, 'listening')
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/haiku`

const recorded = await fetch(url)
const recordedBytes = await recorded.bytes()
const session = recorded.headers.get('X-Session-Id') ?? ''
assert.equal(provider.calls.total, 1)
await provider.close()

const replayed = await fetch(url, { headers: { 'X-Replay': session } })
assert.deepEqual(await replayed.bytes(), recordedBytes)
assert.equal(replayed.headers.get('X-Replay-Of'), session)
assert.equal(provider.calls.total, 1)

console.log(`Express: session ${session} replayed, ${recordedBytes.length} equal bytes, no call.`)
server.close()
