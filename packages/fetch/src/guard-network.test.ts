import { createRetake, ReplayEscapeError } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { once } from 'node:events'
import { Agent as HttpAgent, get, type IncomingMessage } from 'node:http'
import { get as getSecurely } from 'node:https'
import { createServer, type AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Agent, Client, request as undiciRequest } from 'undici'
import { guardNetwork, retakeFetch } from './index.ts'

// Taken before anybody patches it.
const captured = globalThis.fetch

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok'

let received = 0
let connections = 0
const server = createServer((socket) => {
  connections++
  socket.on('error', () => {})
  socket.on('data', (bytes) => {
    received += bytes.length
    socket.end(ANSWER)
  })
})
let url = ''
const stops: (() => void)[] = []

beforeEach(async () => {
  received = connections = 0
  if (server.listening) return
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

async function byHttp(agent?: HttpAgent): Promise<void> {
  const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage]
  await once(response.resume(), 'end')
}

const WAYS: readonly [string, () => Promise<unknown>][] = [
  ['a fetch that was captured', async () => (await captured(url)).text()],
  ['undici', async () => (await undiciRequest(url)).body.text()],
  [
    'undici with a dispatcher of its own',
    async () => (await undiciRequest(url, { dispatcher: new Agent() })).body.text(),
  ],
  [
    'a client of undici',
    async () => (await new Client(url).request({ method: 'GET', path: '/' })).body.text(),
  ],
  ['fetch by TLS', () => captured(url.replace('http:', 'https:'))],
  ['node:http', () => byHttp()],
  ['node:https', () => once(getSecurely(url.replace('http:', 'https:')), 'response')],
  ['node:http with an agent', () => byHttp(new HttpAgent({ keepAlive: true }))],
]

// The server speaks no TLS.
function isHandshake(error: Error): void {
  const { code } = (error.cause ?? error) as NodeJS.ErrnoException
  if (!/SSL|EPROTO/.test(code ?? '')) throw error
}

// fetch tells of it as the cause of its own error.
const isEscape = (error: Error) =>
  [error, error.cause].some((one) => one instanceof ReplayEscapeError)

function createTestRetake() {
  const logged: string[] = []
  const retake = createRetake({
    store: createMemoryStore(),
    log: (text) => void logged.push(text),
    environment: { RETAKE_REPLAY_ENABLED: '1' },
  })
  const note = retake.recorded('tool', 'note', async () => 'noted')
  return { retake, logged, note }
}

describe('guardNetwork', () => {
  it.each(WAYS)(
    'refuses what a replay would send by %s, before a byte is sent',
    async (_way, ask) => {
      stops.push(guardNetwork({ loopback: false }))
      const { retake, note } = createTestRetake()
      const id = await retake.session(async (session) => {
        await note()
        return session.id
      })

      const refused = await retake
        .replay(id, async () => {
          await note()
          await expect(ask()).rejects.toSatisfy(isEscape)
        })
        .catch((error: unknown) => error)
      // Whatever was on its way before has arrived with it.
      await (await captured(url)).text()

      expect(refused).toMatchObject({ code: 'REPLAY_ESCAPE' })
      expect(connections).toBe(1)
    },
  )

  it.each(WAYS)('warns once of what is recorded by nobody: %s', async (_way, ask) => {
    stops.push(guardNetwork({ loopback: false }))
    const { retake, logged } = createTestRetake()

    await retake.session(async () => {
      await ask().catch(isHandshake)
      await ask().catch(isHandshake)
    })

    expect(logged).toHaveLength(1)
    expect(logged[0]).toContain(`${new URL(url).host} does not come through a recorder`)
    expect(received).toBeGreaterThan(0)
  })

  it('lets pass what comes through a recorder, and what a recorded call does by itself', async () => {
    stops.push(guardNetwork({ loopback: false }))
    const { retake, logged } = createTestRetake()
    const tool = retake.recorded('tool', 'ask', async () => (await captured(url)).text())

    const run = async () => [await tool(), await (await retakeFetch()(url)).text()]
    const id = await retake.session(async (session) => {
      await run()
      return session.id
    })
    received = 0

    expect(await retake.replay(id, run)).toEqual(['ok', 'ok'])
    expect(logged.filter((text) => text.includes('recorder'))).toEqual([])
    expect(received).toBe(0)
  })

  it.each([
    ['this machine', {}],
    ['an origin of the list', { loopback: false, allow: [/127\.0\.0\.1/] }],
  ])('lets a replay go to %s', async (_where, options) => {
    stops.push(guardNetwork(options))
    const { retake, note } = createTestRetake()
    const run = async () => {
      await note()
      return (await captured(url)).text()
    }
    const id = await retake.session(async (session) => {
      await run()
      return session.id
    })

    expect(await retake.replay(id, run)).toBe('ok')
  })

  it('lets pass what a replay is to do for real', async () => {
    stops.push(guardNetwork({ loopback: false }))
    const { retake } = createTestRetake()
    const tool = retake.recorded('tool', 'ask', async () => (await captured(url)).text())
    const id = await retake.session(async (session) => {
      await tool()
      return session.id
    })
    received = 0

    expect(await retake.replay(id, () => tool(), { tools: 'live' })).toBe('ok')
    expect(received).toBeGreaterThan(0)
  })

  it('leaves alone what is outside of sessions', async () => {
    stops.push(guardNetwork({ loopback: false }))

    expect(await (await captured(url)).text()).toBe('ok')
  })
})
