import { call, type CallOptions } from '@retake/core'
import { createConnection, type Connection } from './mcp-connection.ts'
import { describeTools, rebuildTools, type McpTools, type ToolsOptions } from './mcp-tools.ts'
import { installSeededRandom } from './seeded-random.ts'
import { wrapTools } from './wrap-tool.ts'

type Method = (...args: unknown[]) => unknown

// Methods whose answer is plain data from the server.
const REQUESTS: ReadonlySet<PropertyKey> = new Set([
  'listTools',
  'callTool',
  'listResources',
  'readResource',
  'listResourceTemplates',
  'listPrompts',
  'getPrompt',
  'experimental_listPrompts',
  'experimental_getPrompt',
  'complete',
])

/**
 * A client of an MCP server that connects when it is first asked something, and that a replay never connects.
 *
 * What it lists and reads is recorded under `name`, and so are the executions of the tools that it gives. It has
 * the methods of the client that `connect` makes; its other properties are there once it has connected.
 *
 * @see docs/decisions/0023-mcp-tools-are-described.md
 */
export function mcpClient<T extends object>(name: string, connect: () => PromiseLike<T>): T {
  installSeededRandom()
  const connection = createConnection(connect)
  const own: Readonly<Record<PropertyKey, unknown>> = {
    tools: (options?: ToolsOptions) => listTools(name, connection, options),
    toolsFromDefinitions: (definitions: unknown, options?: ToolsOptions) =>
      toolsOf(name, connection, definitions, options),
    onElicitationRequest: connection.onElicitationRequest,
    close: connection.close,
  }
  return new Proxy({} as T, {
    get(_host, property): unknown {
      if (Object.hasOwn(own, property)) return own[property]
      if (REQUESTS.has(property)) return recordRequest(name, connection, String(property))
      return connection.property(property)
    },
  })
}

function recordRequest(name: string, { client }: Connection, method: string): Method {
  return async (...args) => {
    const { options: _options, ...asked } = (args[0] ?? {}) as Readonly<Record<string, unknown>>
    return call(describeRequest(name, method, asked), async () => {
      const connected = await client()
      return (Reflect.get(connected, method) as Method).apply(connected, args)
    })
  }
}

async function listTools(
  name: string,
  { client }: Connection,
  options?: ToolsOptions,
): Promise<McpTools> {
  const live = async () => (await client()).tools(options)
  let listed: McpTools | undefined
  const asked = { schemas: namesOf(options) }
  const described = await call(describeRequest(name, 'tools', asked), async () => {
    listed = await live()
    return describeTools(listed)
  })
  return wrapTools(rebuildTools({ name, described, listed, live, options }))
}

function toolsOf(
  name: string,
  { known, client }: Connection,
  definitions: unknown,
  options?: ToolsOptions,
): McpTools {
  let listed: McpTools | undefined
  const asked = { definitions, schemas: namesOf(options) }
  const described = call(describeRequest(name, 'toolsFromDefinitions', asked), () => {
    const connected = known()
    if (connected === undefined) {
      throw new TypeError(`The MCP client "${name}" has not connected: list its tools first.`)
    }
    listed = connected.toolsFromDefinitions(definitions, options)
    return describeTools(listed)
  })
  const live = async () => (await client()).toolsFromDefinitions(definitions, options)
  return wrapTools(rebuildTools({ name, described, listed, live, options }))
}

function namesOf(options: ToolsOptions | undefined): readonly string[] | undefined {
  const { schemas } = options ?? {}
  return typeof schemas === 'object' ? Object.keys(schemas) : undefined
}

// As a whole: what it sends over HTTP is a part of it.
function describeRequest(name: string, method: string, request: object): CallOptions {
  return { kind: 'mcp', name: `${name}/${method}`, request, leaf: true }
}
