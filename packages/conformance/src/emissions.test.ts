import { createAdaptorServer } from '@hono/node-server'
import { dispatchCustomEvent } from '@langchain/core/callbacks/dispatch'
import { tool } from '@langchain/core/tools'
import { ChatOpenAI } from '@langchain/openai'
import { createRetake, type Retake } from '@retake/core'
import { retakeMiddleware as expressMiddleware } from '@retake/express'
import { retakeMiddleware as honoMiddleware } from '@retake/hono'
import { RetakeCallbackHandler } from '@retake/langchain'
import { startProvider, type Provider } from '@retake/loopback-provider'
import { createMemoryStore } from '@retake/store'
import express from 'express'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { createAgent } from 'langchain'
import { createServer, type Server } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { serving } from './servers.ts'

void new RetakeCallbackHandler()

// The first ones in full, which are the ways most apps have; each takes seconds.
const MANY = 100
const SOME = 20
const REPLAYS_MS = 120_000

interface Config {
  readonly writer?: (chunk: unknown) => void
}
type Run = (input: { readonly q: string }, config: Config) => Promise<string | undefined>

const make = (name: string, run: Run) =>
  tool(run as never, { name, description: name, schema: z.object({ q: z.string() }) })

function modelOf(provider: Provider): ChatOpenAI {
  const configuration = { baseURL: provider.url }
  return new ChatOpenAI({ model: 'gpt-4o-mini', apiKey: 'none', maxRetries: 0, configuration })
}

const agentOf = (provider: Provider, inner: ReturnType<typeof make>) =>
  createAgent({ model: modelOf(provider), tools: [inner], name: 'agent' })

/** An agent whose tool asks another agent, whose tool tells something in each way that there is. */
function createNested(provider: Provider) {
  const inner = make('inner', async ({ q }, { writer }) => {
    writer?.({ at: Math.random() })
    await dispatchCustomEvent('progress', { at: Math.random() })
    return (await modelOf(provider).invoke(q)).text
  })
  const outer = make('outer', async ({ q }, { writer }) => {
    writer?.('before')
    const { messages } = await agentOf(provider, inner).invoke({ messages: q })
    writer?.('after')
    return messages.at(-1)?.text
  })
  return agentOf(provider, outer)
}

type Agent = ReturnType<typeof createNested>
type Parts = AsyncIterable<unknown>

const INPUT = { messages: [{ role: 'user', content: 'What is the weather in Oslo?' }] }
const MODES = ['updates', 'custom', 'messages', 'values', 'tools', 'tasks'] as const

const VIEWS: Readonly<Record<string, (agent: Agent) => Parts | Promise<Parts>>> = {
  'all modes with subgraphs': (agent) =>
    agent.stream(INPUT, { streamMode: [...MODES], subgraphs: true }),
  messages: (agent) => agent.stream(INPUT, { streamMode: 'messages' }),
  'events v1': (agent) => agent.streamEvents(INPUT, { version: 'v1' }),
  'events v2': (agent) => agent.streamEvents(INPUT, { version: 'v2' }),
  'events v3': (agent) => agent.streamEvents(INPUT, { version: 'v3' }),
}

type Look = (agent: Agent) => Parts | Promise<Parts>

/** Ways to send parts while they are read, each as it reads just then. */
const SERVERS: Readonly<Record<string, (agent: Agent, look: Look, retake: Retake) => Server>> = {
  Express(agent, look, retake) {
    const app = express().use(expressMiddleware(retake))
    app.get('/', async (_request, response) => {
      response.setHeader('content-type', 'text/event-stream')
      for await (const part of await look(agent)) {
        response.write(`data: ${JSON.stringify(part)}\n\n`)
      }
      response.end()
    })
    return createServer(app)
  },
  'Express, slowly'(agent, look, retake) {
    const app = express().use(expressMiddleware(retake))
    app.get('/', async (_request, response) => {
      response.setHeader('content-type', 'text/event-stream')
      for await (const part of await look(agent)) {
        response.write(`data: ${JSON.stringify(part)}\n\n`)
        await turn()
      }
      response.end()
    })
    return createServer(app)
  },
  Hono(agent, look, retake) {
    const app = new Hono().use(honoMiddleware(retake))
    app.get('/', (context) =>
      streamSSE(context, async (stream) => {
        for await (const part of await look(agent)) {
          await stream.writeSSE({ data: JSON.stringify(part) })
        }
      }),
    )
    return createAdaptorServer({ fetch: app.fetch }) as Server
  },
}

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** A body in which ids that are new in each run are numbered, in the order in which they come. */
function numbered(body: string): string {
  const ids = new Map<string, number>()
  const number = (id: string) => {
    if (!ids.has(id)) ids.set(id, ids.size)
    return `#${ids.get(id)}`
  }
  // Events of version 3 tell when they were made.
  return body.replaceAll(ID, number).replaceAll(/"timestamp":\d+/g, '"timestamp":0')
}

const COMMON = ['all modes with subgraphs', 'events v2', 'events v3']

const CASES = Object.keys(SERVERS).flatMap((name) =>
  Object.keys(VIEWS).map((view) => {
    const isCommon = COMMON.includes(view) && !name.includes('slowly')
    return { name, view, count: isCommon ? MANY : SOME }
  }),
)

describe('what tools of graphs tell', () => {
  it.each(CASES)(
    'comes again with the very bytes, $count at once, by $name: $view',
    async ({ name, view, count }) => {
      const provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
      const environment = { RETAKE_REPLAY_ENABLED: '1' }
      const retake = createRetake({ store: createMemoryStore(), log: false, environment })
      const server = SERVERS[name]!(createNested(provider), VIEWS[view]!, retake)

      await serving(server, async (url) => {
        const recorded = await fetch(url)
        const id = recorded.headers.get('x-session-id') ?? ''
        const body = numbered(await recorded.text())
        await provider.close()
        const replays = await Promise.all(
          Array.from({ length: count }, async () => {
            // Ids of messages are made up by LangGraph, and are numbered here.
            const response = await fetch(url, { headers: { 'x-replay': `${id};ignore=body` } })
            return numbered(await response.text())
          }),
        )

        expect(body.split('\n').length).toBeGreaterThan(50)
        const others = replays.filter((replay) => replay !== body)
        expect(others[0] ?? body).toBe(body)
        expect(others).toHaveLength(0)
      })
    },
    REPLAYS_MS,
  )
})
