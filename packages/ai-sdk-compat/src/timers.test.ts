import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { LINES, MAJORS, type Major } from './majors.ts'
import { record, replay, type Performance } from './rehearse.ts'
import { STAND_INS } from './routes.ts'
import { failureOf, QUESTION, type Scenario } from './scenario.ts'

const retake = { virtualize: ['timers'] } as const
const inputSchema = z.object({ city: z.string() })
// Shorter than the tool, and longer than a question to the model takes. Where a busy machine takes longer, the deadline is
// met sooner, and has to be so in the replay.
const DEADLINE_MS = 500
const TOOL_MS = 700

interface Rehearsal {
  readonly live: Performance
  readonly replayed: Performance
  readonly tookMs: number
}

async function rehearse(major: Major, run: Scenario['run']): Promise<Rehearsal> {
  const scenario: Scenario = { name: 'timers', calls: 0, run }
  const production = { scenario, major, line: LINES[major], route: STAND_INS }
  const live = await record(production, { retake })
  const startedMs = performance.now()
  const replayed = await replay(production, live.session, { retake })
  return { live, replayed, tookMs: performance.now() - startedMs }
}

function expectReplayed({ live, replayed }: Rehearsal): void {
  expect(replayed.result).toStrictEqual(live.result)
  expect(replayed).toMatchObject({ calls: 0, runs: 0 })
}

describe.each(MAJORS)('AI SDK %i', (major) => {
  it.each(['generate', 'stream'] as const)(
    'meets a deadline between two calls, behind a tool that takes no notice of it: %s',
    async (how) => {
      const rehearsal = await rehearse(major, async ({ ai, openai, tools, ran }) => {
        const weather = ai.tool({
          inputSchema,
          execute: async () => {
            const run = ran()
            await new Promise((resolve) => {
              setTimeout(resolve, TOOL_MS)
            })
            return `run ${run}`
          },
        })
        const abortSignal = AbortSignal.timeout(DEADLINE_MS)
        const options = {
          model: openai('gpt-5'),
          prompt: QUESTION,
          tools: tools({ weather }),
          stopWhen: ai.stepCountIs(4),
          abortSignal,
        }
        if (how === 'generate') return failureOf(ai.generateText(options))
        const types: string[] = []
        const { fullStream } = ai.streamText({ ...options, onError: () => {} })
        for await (const part of fullStream) types.push(part.type)
        return { types, isOver: abortSignal.aborted }
      })

      expectReplayed(rehearsal)
      expect(rehearsal.tookMs).toBeLessThan(TOOL_MS)
    },
  )

  it('tries again without waiting', async () => {
    const rehearsal = await rehearse(major, async ({ ai, openai, plan }) => {
      plan({ type: 'server-error' })
      return (await ai.generateText({ model: openai('gpt-5'), prompt: QUESTION })).text
    })

    expectReplayed(rehearsal)
    expect(rehearsal.live.calls).toBe(2)
    // Live it waits for two seconds.
    expect(rehearsal.tookMs).toBeLessThan(1000)
  })

  it('gives up a model that hangs when it did, without waiting', async () => {
    const rehearsal = await rehearse(major, ({ ai, openai, plan }) => {
      plan({ type: 'hang' })
      const abortSignal = AbortSignal.timeout(DEADLINE_MS)
      return failureOf(ai.generateText({ model: openai('gpt-5'), abortSignal, prompt: QUESTION }))
    })

    expectReplayed(rehearsal)
    expect(rehearsal.tookMs).toBeLessThan(DEADLINE_MS)
  })
})

it.each([{ totalMs: DEADLINE_MS }, { stepMs: DEADLINE_MS }, DEADLINE_MS])(
  'AI SDK 7 keeps to its own limit of time: %j',
  async (timeout) => {
    const rehearsal = await rehearse(7, ({ ai, openai, plan }) => {
      plan({ type: 'hang' })
      const model = openai('gpt-5')
      return failureOf(ai.generateText({ model, timeout, maxRetries: 0, prompt: QUESTION }))
    })

    expectReplayed(rehearsal)
    expect(rehearsal.tookMs).toBeLessThan(DEADLINE_MS)
  },
)
