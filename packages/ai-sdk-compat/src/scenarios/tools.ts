import type { ModelMessage } from 'ai'
import { z } from 'zod'
import type { Kit } from '../kit.ts'
import { failureOf, QUESTION, type Scenario } from '../scenario.ts'
import { PARALLEL_TOOLS } from './parallel-tools.ts'
import { streamTools } from './stream-tools.ts'
import { TOOL_SHAPES } from './tool-shapes.ts'

const inputSchema = z.object({ city: z.string() })

const SHAPES: readonly Scenario[] = Object.entries(TOOL_SHAPES).map(([shape, make]) => ({
  name: `a tool ${shape}`,
  isSeenByTelemetry: true,
  calls: 2,
  runs: 1,
  run: (kit) => streamTools(kit, { weather: make(kit) }),
}))

function createForecast({ ai, openai, ran }: Kit, how: 'generate' | 'stream') {
  return ai.tool({
    inputSchema,
    execute: async ({ city }) => {
      ran()
      const options = { model: openai('gpt-5-mini'), prompt: `Forecast for ${city}` }
      if (how === 'generate') return (await ai.generateText(options)).text
      return ai.streamText(options).text
    },
  })
}

const NESTED: readonly Scenario[] = (['generate', 'stream'] as const).map((how) => ({
  name: `a tool that asks a model itself, by ${how}`,
  isSeenByTelemetry: true,
  calls: 3,
  runs: 1,
  run: (kit) => streamTools(kit, { forecast: createForecast(kit, how) }),
}))

const OTHERS: readonly Scenario[] = [
  {
    name: 'a tool that the app does not execute',
    isSeenByTelemetry: true,
    calls: 1,
    run: (kit) => streamTools(kit, { weather: kit.ai.tool({ inputSchema }) }),
  },
  {
    name: 'a tool with a context of its own',
    since: 7,
    isSeenByTelemetry: true,
    calls: 2,
    runs: 1,
    async run({ ai, openai, tools, ran }) {
      const contextSchema = z.object({ unit: z.string() })
      const weather = ai.tool({
        inputSchema,
        contextSchema,
        execute: async (_input, { context }) => `${ran()} ${context.unit}`,
      })
      const toolsContext = { weather: { unit: 'degrees' } }
      const stopWhen = ai.stepCountIs(4)
      const { steps } = await ai.generateText({
        model: openai('gpt-5'),
        tools: tools({ weather }),
        toolsContext,
        stopWhen,
        prompt: QUESTION,
      })
      return steps
    },
  },
  {
    name: 'a tool that needs approval',
    since: 6,
    isSeenByTelemetry: true,
    calls: 2,
    runs: 1,
    run: approveAndGoOn,
  },
  {
    name: 'a tool that is aborted',
    isSeenByTelemetry: true,
    // A replay is done with what was recorded sooner than the caller aborts.
    replay: { abortGraceMs: 5_000 },
    calls: 1,
    runs: 1,
    run: abortTool,
  },
]

async function approveAndGoOn({ ai, openai, tools, ran }: Kit): Promise<unknown> {
  const weather = ai.tool({ inputSchema, needsApproval: true, execute: () => ran() })
  const stopWhen = ai.stepCountIs(4)
  const options = { model: openai('gpt-5'), tools: tools({ weather }), stopWhen }
  const messages: ModelMessage[] = [{ role: 'user', content: QUESTION }]
  const asked = await ai.generateText({ ...options, messages })
  const [request] = asked.content.filter(({ type }) => type === 'tool-approval-request')
  const { approvalId } = request as { approvalId: string }
  const response = { type: 'tool-approval-response' as const, approvalId, approved: true }
  messages.push(...asked.response.messages, { role: 'tool', content: [response] })
  const { text, response: answer } = await ai.generateText({ ...options, messages })
  return { asked: asked.content, text, answer }
}

async function abortTool(kit: Kit): Promise<unknown> {
  const { ai, openai } = kit
  const controller = new AbortController()
  const weather = ai.tool({
    inputSchema,
    onInputAvailable: () => afterTurns(50, () => controller.abort()),
    execute: (_input, { abortSignal }) => {
      kit.ran()
      return new Promise<string>((_resolve, reject) => {
        abortSignal?.addEventListener('abort', () => reject(abortSignal.reason as Error))
      })
    },
  })
  const call = ai.generateText({
    model: openai('gpt-5'),
    tools: kit.tools({ weather }),
    stopWhen: ai.stepCountIs(4),
    abortSignal: controller.signal,
    maxRetries: 0,
    prompt: QUESTION,
  })
  return failureOf(call)
}

// The tool begins within a few turns of the event loop, however long they take.
function afterTurns(turns: number, react: () => void): void {
  setImmediate(() => (turns > 0 ? afterTurns(turns - 1, react) : react()))
}

/** One of each shape of tool. */
export const TOOLS: readonly Scenario[] = [...SHAPES, ...PARALLEL_TOOLS, ...NESTED, ...OTHERS]
