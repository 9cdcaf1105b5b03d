import Anthropic from '@anthropic-ai/sdk'
import { createRetake } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { callsOf } from '@retake/testing'
import { startProvider } from '@retake/loopback-provider'
import { spawnSync } from 'node:child_process'
import OpenAI from 'openai'
import { afterEach, describe, expect, it } from 'vitest'
import { patchFetch, retakeClient, retakeFetch } from './index.ts'
import { startUpstream } from './testing/upstream.ts'

const original = globalThis.fetch

afterEach(() => {
  globalThis.fetch = original
})

/** Which calls a session records while `run` asks a server. */
async function recordedBy(run: (url: string) => Promise<unknown>): Promise<readonly string[]> {
  const upstream = await startUpstream((_request, response) => response.end('{}'))
  const store = createMemoryStore()
  const id = await createRetake({ store, log: false }).session(async (session) => {
    await run(upstream.url)
    return session.id
  })
  await upstream.close()
  return callsOf((await store.load(id))!).map(({ kind }) => kind)
}

const ask = async (url: string) => (await fetch(url)).text()

describe('patchFetch', () => {
  it('records what the global fetch is asked, until it is taken back', async () => {
    const unpatch = patchFetch()
    const patched = await recordedBy(ask)
    unpatch()

    expect(patched).toEqual(['http'])
    expect(globalThis.fetch).toBe(original)
    expect(await recordedBy(ask)).toEqual([])
  })

  it('records once when it is installed twice, and when others stand in between', async () => {
    patchFetch()
    patchFetch()
    const inner = globalThis.fetch
    globalThis.fetch = (input, init) => inner(input, init)
    patchFetch()
    const fetchOfSdk = retakeFetch()

    expect(await recordedBy(ask)).toEqual(['http'])
    expect(await recordedBy(async (url) => (await fetchOfSdk(url)).text())).toEqual(['http'])
  })

  it('leaves alone what another tool has put in its place', () => {
    const unpatch = patchFetch()
    const foreign: typeof fetch = async () => new Response('foreign')
    globalThis.fetch = foreign
    unpatch()

    expect(globalThis.fetch).toBe(foreign)
  })
})

describe('retakeClient', () => {
  it('has clients record that were made before', async () => {
    const provider = await startProvider({ thinkMs: 0 })
    const connection = { apiKey: 'none', maxRetries: 0 }
    const openai = retakeClient(new OpenAI({ ...connection, baseURL: provider.url }))
    const anthropic = retakeClient(
      retakeClient(new Anthropic({ ...connection, baseURL: provider.url.replace('/v1', '') })),
    )

    const kinds = await recordedBy(async () => {
      const model = 'claude-haiku-4-5'
      const messages = [{ role: 'user' as const, content: 'Hi' }]
      await openai.withOptions({ timeout: 5000 }).chat.completions.create({ model, messages })
      await anthropic.messages.create({ model, max_tokens: 10, messages })
    })
    await provider.close()

    expect(kinds).toEqual(['http', 'http'])
  })

  it('says so of a client that keeps no fetch', () => {
    expect(() => retakeClient({})).toThrow(/keeps no fetch of its own/)
  })
})

describe('@retake/fetch/register', () => {
  it('records a program of which no line was changed', async () => {
    const register = new URL('register.ts', import.meta.url).href
    const program = `
      import { createRetake } from '@retake/core'
      import { createMemoryStore } from '@retake/core/stores/memory'
      import { createServer } from 'node:http'
      const server = createServer((_request, response) => response.end('{}')).listen(0)
      const store = createMemoryStore()
      const id = await createRetake({ store }).session(async (session) => {
        await (await fetch('http://127.0.0.1:' + server.address().port)).text()
        return session.id
      })
      server.close()
      console.log((await store.load(id)).events.map(({ kind }) => kind).join())
    `
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--conditions=@retake/source', '--import', register, '--input-type=module', '-e', program],
      { cwd: import.meta.dirname, encoding: 'utf8' },
    )

    expect(stderr).toBe('')
    expect(stdout.trim()).toBe('http')
  })
})
