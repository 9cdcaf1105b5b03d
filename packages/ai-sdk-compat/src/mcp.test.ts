import { createMCPClient } from '@ai-sdk/mcp'
import { Experimental_StdioMCPTransport as Transport } from '@ai-sdk/mcp/mcp-stdio'
import { mcpClient } from '@retake/ai-sdk'
import { experimental_createMCPClient as createMCPClient5 } from 'ai-5-mcp'
import { Experimental_StdioMCPTransport as Transport5 } from 'ai-5-mcp/mcp-stdio'
import { createMCPClient as createMCPClient6 } from 'ai-6-mcp'
import { Experimental_StdioMCPTransport as Transport6 } from 'ai-6-mcp/mcp-stdio'
import type { ToolSet } from 'ai'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { callsOf } from '@retake/testing'
import type { Kit } from './kit.ts'
import { LINES, MAJORS, type Major } from './majors.ts'
import { record, replay } from './rehearse.ts'
import { FUNCTIONS, STAND_INS } from './routes.ts'
import { collect, QUESTION } from './scenario.ts'

const SERVER = join(import.meta.dirname, 'apps', 'mcp-server.ts')

/** What the clients of all majors have in common, as far as it is used here. */
interface McpClient {
  tools(options?: object): Promise<ToolSet>
  listTools(): Promise<object>
  toolsFromDefinitions(definitions: object): ToolSet
  listResources(): Promise<unknown>
  close(): Promise<void>
}

type Run = (kit: Kit, client: McpClient) => Promise<unknown>

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'retake-mcp-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** How often the server was started, and how often its tool has run. */
function readLog(): { readonly starts: number; readonly runs: number } {
  const lines = readFileSync(join(folder, 'log'), 'utf8').split('\n')
  const count = (word: string) => lines.filter((line) => line === word).length
  return { starts: count('start'), runs: count('tool') }
}

async function connect(major: Major): Promise<McpClient> {
  const args = ['--no-warnings', SERVER, join(folder, 'log')]
  const config = { command: process.execPath, args }
  const connectors: Readonly<Record<Major, () => Promise<object>>> = {
    5: () => createMCPClient5({ transport: new Transport5(config) }),
    6: () => createMCPClient6({ transport: new Transport6(config) }),
    7: () => createMCPClient({ transport: new Transport(config) }),
  }
  return (await connectors[major]()) as McpClient
}

describe.each(MAJORS)('an MCP client of AI SDK %i', (major) => {
  function produce(run: Run, route = FUNCTIONS) {
    const scenario = {
      name: 'mcp',
      calls: 0,
      async run(kit: Kit) {
        const client = mcpClient('stations', () => connect(major))
        try {
          return await run(kit, client)
        } finally {
          await client.close()
        }
      },
    }
    return { scenario, major, line: LINES[major], route }
  }

  async function rehearse(run: Run, route = FUNCTIONS) {
    const production = produce(run, route)
    const live = await record(production)
    const replayed = await replay(production, live.session)

    expect(replayed.result).toStrictEqual(live.result)
    expect(replayed.calls).toBe(0)
    return live
  }

  async function stream({ ai, openai }: Kit, tools: ToolSet) {
    const stopWhen = ai.stepCountIs(4)
    const options = { model: openai('gpt-5'), tools, stopWhen, prompt: QUESTION }
    return collect(ai.streamText(options).fullStream)
  }

  it.each([FUNCTIONS, STAND_INS])('is not connected by a replay, by $name', async (route) => {
    const live = await rehearse(async (kit, client) => stream(kit, await client.tools()), route)

    expect(readLog()).toStrictEqual({ starts: 1, runs: 1 })
    expect(live.calls).toBe(2)
    const kinds = callsOf(live.session).map(({ kind, name }) => `${kind} ${name}`)
    expect(kinds.slice(0, 3)).toStrictEqual([
      'mcp stations/tools',
      'llm openai.responses/gpt-5',
      'tool weather',
    ])
  })

  it('gives the tools that the app has schemas for', async () => {
    await rehearse(async (kit, client) => {
      const schemas = { weather: { inputSchema: z.object({ city: z.string() }) } }
      const tools = await client.tools({ schemas })
      return { names: Object.keys(tools), parts: await stream(kit, tools) }
    })

    expect(readLog()).toStrictEqual({ starts: 1, runs: 1 })
  })

  it.each(major > 5 ? ['tools/list'] : [])('makes tools of what %s gave', async () => {
    await rehearse(async (kit, client) => {
      const tools = client.toolsFromDefinitions(await client.listTools())
      return stream(kit, tools)
    })

    expect(readLog()).toStrictEqual({ starts: 1, runs: 1 })
  })

  it('is connected by a replay that lets its tools run', async () => {
    const run = async (_kit: Kit, client: McpClient) => {
      const { weather } = await client.tools()
      await weather?.execute?.({ city: 'Oslo' }, { toolCallId: '1', messages: [], context: {} })
    }
    const { session } = await rehearse(run)

    await replay(produce(run), session, { replay: { tools: 'live' } })

    expect(readLog()).toStrictEqual({ starts: 2, runs: 2 })
  })

  it('records what it reads', async () => {
    const { session } = await rehearse((_kit, client) => client.listResources())

    expect(callsOf(session).map(({ name }) => name)).toStrictEqual(['stations/listResources'])
    expect(readLog()).toStrictEqual({ starts: 1, runs: 0 })
  })

  it('is not connected before it is asked something', async () => {
    const client = mcpClient('stations', (): Promise<McpClient> =>
      Promise.reject(new Error('It was connected.')),
    )

    await client.close()

    await expect(client.tools()).rejects.toThrow('It was connected.')
  })
})
