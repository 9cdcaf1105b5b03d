// A server that says hello, by framework. `/plain` does nothing else, `/call` asks a model before.

import { createRequire } from 'node:module'
import { once } from 'node:events'

export const HELLO = 'hello world'

export const SERVERS = { express: serveExpress, hono: serveHono }

async function serveExpress({ use, ask }) {
  // By `require`, which is what OpenTelemetry can look into without a loader.
  const express = createRequire(import.meta.url)('express')
  const app = express()
  use(app)
  app.get('/plain', (_request, response) => void response.send(HELLO))
  app.get('/call', async (_request, response) => {
    await ask()
    response.send(HELLO)
  })
  return portOf(app.listen(0, '127.0.0.1'))
}

async function serveHono({ use, ask }) {
  // So that OpenTelemetry gets to see this module before Hono's server has it.
  createRequire(import.meta.url)('node:http')
  const { Hono } = await import('hono')
  const { serve } = await import('@hono/node-server')
  const app = new Hono()
  use(app)
  app.get('/plain', (context) => context.text(HELLO))
  app.get('/call', async (context) => {
    await ask()
    return context.text(HELLO)
  })
  return portOf(serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }))
}

async function portOf(server) {
  if (!server.listening) await once(server, 'listening')
  return server.address().port
}
