import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { createRetake, type Environment } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { retakeMiddleware as expressMiddleware } from '@retake/express'
import { retakeMiddleware as honoMiddleware } from '@retake/hono'
import express from 'express'
import { Hono } from 'hono'
import { describe, expect, it, onTestFinished } from 'vitest'
import { probeGate } from './probe-gate.ts'

interface Served {
  readonly url: string
  /** Requests that came to a handler of the app. */
  readonly handled: string[]
}

type Serve = (environment: Environment) => Promise<Served>

function retake(environment: Environment) {
  return createRetake({ store: createMemoryStore(), environment, log: false })
}

const serveExpress: Serve = async (environment) => {
  const handled: string[] = []
  const app = express()
  app.use(expressMiddleware(retake(environment)))
  app.use((request, response) => {
    handled.push(`${request.method} ${request.url}`)
    response.send('done')
  })
  const server = app.listen(0)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, handled }
}

const serveHono: Serve = async (environment) => {
  const handled: string[] = []
  const app = new Hono()
  app.use(honoMiddleware(retake(environment)))
  app.all('*', (context) => {
    handled.push(`${context.req.method} ${context.req.path}`)
    return context.text('done')
  })
  const port = await new Promise<number>((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0 }, (info) => resolve(info.port))
    onTestFinished(() => void server.close())
  })
  return { url: `http://localhost:${port}`, handled }
}

describe.each([
  ['express', serveExpress],
  ['hono', serveHono],
] satisfies [string, Serve][])('probeGate, of %s', (_name, serve) => {
  it.each(['/', '/chat?stream=1', ''])(
    'finds an open gate at "%s", and no handler runs',
    async (path) => {
      const { url, handled } = await serve({ RETAKE_REPLAY_ENABLED: '1' })

      expect(await probeGate(url + path)).toBe('open')
      expect(handled).toEqual([])
    },
  )

  it('gets no sign of a closed one', async () => {
    const { url } = await serve({})

    expect(await probeGate(url)).toBe('unknown')
  })

  it('opens the one of production by its secret', async () => {
    const { url } = await serve({
      RETAKE_REPLAY_ENABLED: '1',
      NODE_ENV: 'production',
      RETAKE_REPLAY_SECRET: 'open-sesame-42',
    })

    expect(await probeGate(url)).toBe('unknown')
    expect(await probeGate(url, { key: 'another' })).toBe('unknown')
    expect(await probeGate(url, { key: 'open-sesame-42' })).toBe('open')
  })
})

describe('probeGate', () => {
  it('says when nobody answers', async () => {
    expect(await probeGate('http://localhost:1')).toBe('unreachable')
  })

  it('waits no longer than it is told to', async () => {
    const server = createServer(() => {}).listen(0)
    onTestFinished(() => server.closeAllConnections())
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo

    expect(await probeGate(`http://localhost:${port}`, { timeoutMs: 50 })).toBe('unreachable')
  })
})
