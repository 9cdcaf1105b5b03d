import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProvider } from '@retake/loopback-provider'

// The three share the folder that they are started in, and with it `.retake`.
const folder = mkdtempSync(join(tmpdir(), 'three-services-'))
const services: ChildProcess[] = []

async function start(name: string, urls: Record<string, string>): Promise<string> {
  const env = { ...process.env, ...urls, RETAKE_REPLAY_ENABLED: '1', SESSION_SECRET: 'of-ours' }
  const service = fork(join(import.meta.dirname, `${name}.ts`), { cwd: folder, env })
  services.push(service)
  const [port] = (await once(service, 'message')) as [number]
  return `http://127.0.0.1:${port}`
}

const provider = await startProvider()
const PROVIDER_URL = provider.url
const FACTS_URL = await start('facts', { PROVIDER_URL })
const RESEARCH_URL = await start('research', { PROVIDER_URL, FACTS_URL })
const url = `${await start('front', { PROVIDER_URL, RESEARCH_URL })}/report/rain`

// The proof: one request is recorded by all three, the provider is stopped, and one header replays them all.

const recorded = await fetch(url)
const recordedBytes = await recorded.bytes()
const session = recorded.headers.get('X-Session-Id') ?? ''
assert.equal(recorded.status, 200)
assert.equal(provider.calls.total, 4)
await provider.close()

const journals = readdirSync(join(folder, '.retake')).filter((name) => name.endsWith('.jsonl'))
assert.equal(journals.length, 4)
assert.ok(journals.every((name) => name.startsWith(session)))

const replayed = await fetch(url, { headers: { 'X-Replay': `${session};match=strict` } })
assert.deepEqual(await replayed.bytes(), recordedBytes)
assert.equal(replayed.headers.get('X-Replay-Of'), session)
assert.equal(replayed.headers.get('X-Replay-Status'), 'ok')
assert.equal(provider.calls.total, 4)

console.log(
  `Express, Hono and Express: session ${session} replayed, ${recordedBytes.length} equal bytes, no call.`,
)
for (const service of services) service.kill()
rmSync(folder, { recursive: true })
