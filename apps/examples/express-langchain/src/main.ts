import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { startProvider } from '@retake/loopback-provider'

// Replays are served only where the environment says so; in development, set it there.
process.env.RETAKE_REPLAY_ENABLED = '1'

const provider = await startProvider()
process.env.OPENAI_BASE_URL = provider.url
process.env.OPENAI_API_KEY = 'none'

const { app, readingsSoFar } = await import('./app.ts')
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
assert.equal(readingsSoFar(), 1)
await provider.close()

const replayed = await ask({ 'X-Replay': session })
assert.equal(await replayed.text(), recordedText)
assert.equal(replayed.headers.get('X-Replay-Of'), session)
assert.equal(replayed.headers.get('X-Replay-Status'), 'ok')
assert.equal(provider.calls.total, 2)
assert.equal(readingsSoFar(), 1)

const { steps } = JSON.parse(recordedText) as { steps: number }
console.log(`LangChain: session ${session} replayed, ${steps} equal steps, no call, no tool run.`)
server.close()
