import type { PlannedResponse, Provider } from '@retake/loopback-provider'
import type { ToolSet } from 'ai'
import { withNewNames, type Line, type Sdk } from './line.ts'
import type { Major } from './majors.ts'
import type { Route } from './routes.ts'

/** What a scenario is given to work with: the SDK of one major, as a route has it. */
export interface Kit {
  readonly major: Major
  readonly ai: Sdk
  /** Base URL of the loopback provider. */
  readonly url: string
  readonly openai: ReturnType<Line['createOpenAI']>
  readonly anthropic: ReturnType<Line['createAnthropic']>
  readonly compatible: ReturnType<Line['createOpenAICompatible']>
  readonly fetch: typeof fetch
  /** Any model, as the route has it. */
  readonly model: <T extends object>(model: T) => T
  /** A set of tools, as the route has it. */
  readonly tools: <T extends ToolSet>(tools: T) => T
  /** Counts that something ran for real, and gives the number of the run. */
  readonly ran: () => number
  /** Plans the answers to the calls that follow. In a replay there are none. */
  readonly plan: (...responses: PlannedResponse[]) => void
  /** Stops the provider, for calls that find nobody. */
  readonly hangUp: () => Promise<void>
}

export interface KitOptions {
  readonly major: Major
  readonly line: Line
  readonly route: Route
  readonly provider: Provider
  readonly ran: () => number
  /** Goes to the provider, for those who want to see what comes back. */
  readonly fetch?: typeof fetch
}

const apiKey = 'none'

export function createKit(options: KitOptions): Kit {
  const { major, line, route, provider, ran, fetch = globalThis.fetch } = options
  const { url } = provider
  const connection = { baseURL: url, apiKey, fetch }
  return {
    major,
    ai: withNewNames(route.ai(line.ai)),
    url,
    fetch,
    openai: route.provider(line.createOpenAI(connection)),
    anthropic: route.provider(line.createAnthropic(connection)),
    compatible: route.provider(
      line.createOpenAICompatible({ ...connection, name: 'acme', includeUsage: true }),
    ),
    model: route.model,
    tools: route.tools,
    ran,
    plan: (...responses) => provider.plan(...responses),
    hangUp: () => provider.close(),
  }
}
