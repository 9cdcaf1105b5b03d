import { runInScope } from '@retake/core/adapter'
import type { McpTools, ToolsOptions } from './mcp-tools.ts'

/** What clients of all versions have that is not asked of the server by name. */
interface Client {
  tools(options?: ToolsOptions): PromiseLike<McpTools>
  toolsFromDefinitions(definitions: unknown, options?: ToolsOptions): McpTools
  onElicitationRequest(...args: unknown[]): void
  close(): PromiseLike<void>
}

/** A connection that is made when it is first needed. */
export interface Connection {
  /** Connects, the first time. */
  readonly client: () => Promise<Client>
  /** The client, where it has connected. */
  readonly known: () => Client | undefined
  /** A property of the client; `undefined` before it has connected. */
  readonly property: (name: PropertyKey) => unknown
  /** Sets a handler, on the client that is or will be. */
  readonly onElicitationRequest: (...args: unknown[]) => void
  /** Closes the client, where it has connected. */
  readonly close: () => Promise<void>
}

export function createConnection(connect: () => PromiseLike<object>): Connection {
  const handlers: unknown[][] = []
  let pending: Promise<Client> | undefined
  let known: Client | undefined

  async function open(): Promise<Client> {
    try {
      // Outside of any session, because it outlives the one that happens to ask first.
      known = (await runInScope(undefined, connect)) as Client
    } catch (error) {
      pending = undefined
      throw error
    }
    for (const handler of handlers) known.onElicitationRequest(...handler)
    return known
  }

  return {
    client: () => (pending ??= open()),
    known: () => known,
    property(property) {
      const value: unknown = known && Reflect.get(known, property)
      return typeof value === 'function' ? (value.bind(known) as unknown) : value
    },
    onElicitationRequest(...handler) {
      handlers.push(handler)
      known?.onElicitationRequest(...handler)
    },
    close: async () => (await pending)?.close(),
  }
}
