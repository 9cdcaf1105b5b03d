import { retakeTelemetry } from '@retake/ai-sdk'
import { describe, expect, it } from 'vitest'
import { LINES } from './majors.ts'
import { BARE, BOTH, STAND_INS } from './routes.ts'
import { SCENARIOS } from './scenarios/all.ts'
import { expectedOf, judge } from './verdict.ts'

LINES[7].ai.registerTelemetry(retakeTelemetry())

const major = 7
const line = LINES[major]

describe('AI SDK 7 by telemetry alone', () => {
  const seen = SCENARIOS.filter(({ isSeenByTelemetry }) => isSeenByTelemetry)

  it.each(seen)('gives again: $name', async (scenario) => {
    const production = { scenario, major, line, route: BARE } as const

    expect(await judge(production)).toStrictEqual(expectedOf(production))
  })
})

describe.each([STAND_INS, BOTH])('AI SDK 7 by telemetry and by $name', (route) => {
  it.each(SCENARIOS)('gives again: $name', async (scenario) => {
    const production = { scenario, major, line, route } as const

    expect(await judge(production)).toStrictEqual(expectedOf(production))
  })
})
