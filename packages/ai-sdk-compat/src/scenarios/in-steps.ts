import type { StopCondition, ToolSet } from 'ai'
import { z } from 'zod'
import type { Kit } from '../kit.ts'
import { QUESTION } from '../scenario.ts'

/** Options of a call in two steps. */
interface InSteps {
  readonly tools: ToolSet
  readonly stopWhen: StopCondition<ToolSet>
  readonly prompt: string
}

/** The model asks for a tool, then answers. The tool says something else each time it runs. */
export function inSteps({ ai, tools, ran }: Kit): InSteps {
  const weather = ai.tool({
    description: 'Tells the weather',
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => ({ city, degrees: ran() + performance.now() }),
  })
  return { tools: tools({ weather }), stopWhen: ai.stepCountIs(4), prompt: QUESTION }
}
