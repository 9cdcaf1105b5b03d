import { serve } from '@hono/node-server'
import { createRetake, recorded } from '@retake/core'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { retakeMiddleware } from '@retake/hono'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import { streamSSE } from 'hono/streaming'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createFolder, loadSession } from '../testing/record.ts'
import { runJson } from '../testing/run.ts'

let runs = 0
const ask = recorded('llm', 'model', async (prompt: string) => `${prompt}: answer ${++runs}`)

async function serveApp(cwd: string): Promise<string> {
  const retake = createRetake({
    store: createDirectoryStore({ directory: join(cwd, '.retake') }),
    environment: { RETAKE_REPLAY_ENABLED: '1' },
    log: false,
  })
  const app = new Hono()
    .use(retakeMiddleware(retake))
    .get('/json', async (context) => context.json({ answer: await ask('json') }))
    .get('/bytes', async (context) => context.body(new TextEncoder().encode(await ask('bytes'))))
    .get('/moved', async (context) => context.redirect(`/${(await ask('moved')).length}`))
    .get('/packed', compress(), async (context) =>
      context.json({ answer: await ask('packed'), long: 'x'.repeat(3_000) }),
    )
    .get('/events', (context) =>
      streamSSE(context, async (stream) => {
        await stream.writeSSE({ data: await ask('first') })
        await stream.writeSSE({ data: await ask('second') })
      }),
    )
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

it.each(['json', 'bytes', 'moved', 'packed', 'events'])(
  'finds the answer of a Hono app to be the same: /%s',
  async (path) => {
    const cwd = createFolder()
    const url = await serveApp(cwd)
    const response = await fetch(`${url}/${path}`, {
      redirect: 'manual',
      headers: { 'accept-encoding': 'gzip' },
    })
    await response.arrayBuffer()
    const id = response.headers.get('x-session-id') ?? ''
    await vi.waitUntil(async () => (await loadSession(cwd, id)).end, { timeout: 60_000 })

    const run = await runJson(['replay', id, '--url', url, '--match', 'strict'], { cwd })

    expect(run).toMatchObject({
      code: 0,
      json: { runs: [{ verdict: 'same', differences: [], isCompared: true }] },
    })
  },
)
