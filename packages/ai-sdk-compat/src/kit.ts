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
}

const apiKey = 'none'

export function createKit({ major, line, route, provider, ran }: KitOptions): Kit {
  const { url } = provider
  return {
    major,
    ai: withNewNames(route.ai(line.ai)),
    url,
    openai: route.provider(line.createOpenAI({ baseURL: url, apiKey })),
    anthropic: route.provider(line.createAnthropic({ baseURL: url, apiKey })),
    compatible: route.provider(
      line.createOpenAICompatible({ name: 'acme', baseURL: url, apiKey, includeUsage: true }),
    ),
    model: route.model,
    tools: route.tools,
    ran,
    plan: (...responses) => provider.plan(...responses),
    hangUp: () => provider.close(),
  }
}
