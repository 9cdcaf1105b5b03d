import { call } from '@retake/core'

type Fields = Readonly<Record<string, unknown>>
type Execute = (input: unknown, options?: unknown) => unknown
type ToModelOutput = (given: unknown) => unknown

/** Tools as an MCP client gives them, by name. */
export type McpTools = Readonly<Record<string, Fields>>

/** What an app asks for when it lists tools. */
export interface ToolsOptions {
  /** Schemas of the app's own, by the names of tools. */
  readonly schemas?: 'automatic' | Readonly<Record<string, Fields>>
}

/** What of a tool can be stored. */
interface DescribedTool {
  readonly name: string
  readonly fields: Fields
  readonly jsonSchema: unknown
  readonly hasModelOutput: boolean
}

interface Rebuilding {
  /** Of the client. */
  readonly name: string
  readonly described: readonly DescribedTool[]
  /** The tools themselves, where they have been listed and not served. */
  readonly listed: McpTools | undefined
  /** Asks the server for the tools. */
  readonly live: () => PromiseLike<McpTools>
  readonly options: ToolsOptions | undefined
}

// By which the SDK knows a schema, in all majors.
const SCHEMA = Symbol.for('vercel.ai.schema')
const VALIDATOR = Symbol.for('vercel.ai.validator')

/** Says of tools what a replay needs to make them again. */
export function describeTools(tools: McpTools): readonly DescribedTool[] {
  return Object.entries(tools).map(([name, tool]) => {
    const { inputSchema, outputSchema: _schema, ...rest } = tool
    const fields = Object.entries(rest).filter(([, value]) => typeof value !== 'function')
    return {
      name,
      fields: Object.fromEntries(fields),
      jsonSchema: (inputSchema as Partial<Record<string, unknown>>).jsonSchema,
      hasModelOutput: typeof tool.toModelOutput === 'function',
    }
  })
}

/** The tools as they were listed, or made again from what was recorded of them. */
export function rebuildTools({ described, listed, ...rest }: Rebuilding): McpTools {
  const tools = described.map((about) => {
    const tool = listed?.[about.name] ?? rebuildTool(about, rest)
    const { toModelOutput } = tool
    if (typeof toModelOutput !== 'function') return [about.name, tool]
    const recorded = recordModelOutput(`${rest.name}/toModelOutput`, about.name, toModelOutput)
    return [about.name, { ...tool, toModelOutput: recorded }]
  })
  return Object.fromEntries(tools) as McpTools
}

function rebuildTool(
  { name, fields, jsonSchema, hasModelOutput }: DescribedTool,
  { live, options }: Pick<Rebuilding, 'live' | 'options'>,
): Fields {
  const { schemas } = options ?? {}
  const own = typeof schemas === 'object' ? schemas[name] : undefined
  const original = async () => (await live())[name] ?? {}
  // These are only called by a replay that lets the tool run.
  const execute: Execute = async (...args) => ((await original()).execute as Execute)(...args)
  const toModelOutput: ToModelOutput = async (given) =>
    ((await original()).toModelOutput as ToModelOutput)(given)
  return {
    inputSchema: { [SCHEMA]: true, [VALIDATOR]: true, jsonSchema, validate: undefined },
    ...fields,
    ...own,
    execute,
    ...(hasModelOutput ? { toModelOutput } : {}),
  }
}

// Each version of a client says it to the model in its own form, which a replay has no client to make.
function recordModelOutput(name: string, tool: string, toModelOutput: unknown): ToModelOutput {
  return (given) => {
    const { toolCallId } = (given ?? {}) as { readonly toolCallId?: unknown }
    const key = typeof toolCallId === 'string' ? { key: toolCallId } : {}
    return call({ kind: 'mcp', name, request: { tool, given }, leaf: true, ...key }, () =>
      (toModelOutput as ToModelOutput)(given),
    )
  }
}
