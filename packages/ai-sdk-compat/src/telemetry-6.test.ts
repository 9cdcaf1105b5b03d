import { retakeTelemetry } from '@retake/ai-sdk'
import { describe, expect, it } from 'vitest'
import { treeOf } from '@retake/testing'
import { LINES } from './majors.ts'
import { record } from './rehearse.ts'
import { BOTH, MODELS } from './routes.ts'
import { isIn, type Scenario } from './scenario.ts'
import { SCENARIOS } from './scenarios/all.ts'
import { inSteps } from './scenarios/in-steps.ts'
import { expectedOf, judge } from './verdict.ts'

const major = 6
const line = LINES[major]
const register = Reflect.get(line.ai, 'registerTelemetryIntegration') as (one: object) => void

register(retakeTelemetry())

describe.each([MODELS, BOTH])('AI SDK 6 by telemetry and by $name', (route) => {
  const scenarios = SCENARIOS.filter((scenario) => isIn(major, scenario))

  it.each(scenarios)('gives again: $name', async (scenario) => {
    const production = { scenario, major, line, route } as const

    expect(await judge(production)).toStrictEqual(expectedOf(production))
  })
})

describe('the spans of telemetry in AI SDK 6', () => {
  it('stand beside the calls, with a span for each step', async () => {
    const scenario: Scenario = {
      name: 'spans',
      calls: 2,
      run: (kit) => {
        const experimental_telemetry = { functionId: 'forecast' }
        const options = { model: kit.openai('gpt-5'), ...inSteps(kit), experimental_telemetry }
        return kit.ai.generateText(options)
      },
    }

    const { session } = await record({ scenario, major, line, route: MODELS })

    expect(treeOf(session)).toStrictEqual([
      'chain forecast',
      '  chain step',
      '  chain step',
      'llm openai.responses/gpt-5',
      'tool weather',
      'llm openai.responses/gpt-5',
    ])
    const spans = session.events.filter(({ kind }) => kind === 'chain')
    expect(spans.map(({ state }) => state)).toStrictEqual(['ok', 'ok', 'ok'])
  })
})
