import { createRetake, type SessionData } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { callsOf } from '@retake/testing'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { retakeFetch } from './index.ts'
import { startUpstream, type Upstream } from './testing/upstream.ts'

/** A server with one tool, which tells of its progress while it works. */
async function startMcpServer(): Promise<Upstream> {
  const server = new McpServer(
    { name: 'weather', version: '1.0.0' },
    { capabilities: { logging: {}, tools: {} } },
  )
  server.registerTool(
    'forecast',
    { description: 'The weather of a city', inputSchema: { city: z.string() } },
    async ({ city }, { sendNotification }) => {
      for (const step of [1, 2]) {
        const params = { level: 'info' as const, data: `step ${step} of ${city}` }
        await sendNotification({ method: 'notifications/message', params })
      }
      return { content: [{ type: 'text', text: `${city}: ${Math.random()}` }] }
    },
  )
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID })
  await server.connect(transport)
  return startUpstream((request, response) => void transport.handleRequest(request, response))
}

/** What an agent does with its tools. */
async function useTools(url: string) {
  const notes: unknown[] = []
  const client = new Client({ name: 'agent', version: '1.0.0' })
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
    notes.push(params.data)
  })
  const transport = new StreamableHTTPClientTransport(new URL(url), { fetch: retakeFetch() })
  await client.connect(transport)
  const { tools } = await client.listTools()
  const answers = [
    await client.callTool({ name: 'forecast', arguments: { city: 'Oslo' } }),
    await client.callTool({ name: 'forecast', arguments: { city: 'Rome' } }),
  ]
  await client.close()
  return { server: client.getServerVersion(), tools, answers, notes }
}

it('replays what an agent did with the tools of an MCP server, without the server', async () => {
  const server = await startMcpServer()
  const store = createMemoryStore()
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  const retake = createRetake({ store, log: false, environment, drainMs: 50 })

  const live = await retake.session(async (session) => ({
    session,
    result: await useTools(server.url),
  }))
  await live.session.settled
  await server.close()
  const { requests } = server
  const recording = JSON.parse(JSON.stringify(await store.load(live.session.id))) as SessionData
  const replayed = await retake.replay(recording, () => useTools(server.url))

  expect(replayed).toEqual(live.result)
  expect(live.result.notes).toEqual([
    'step 1 of Oslo',
    'step 2 of Oslo',
    'step 1 of Rome',
    'step 2 of Rome',
  ])
  expect(live.result.tools.map(({ name }) => name)).toEqual(['forecast'])
  expect(server.requests).toBe(requests)
  expect(callsOf(recording).map(({ name }) => name.split(' ')[0])).toContain('GET')
})
