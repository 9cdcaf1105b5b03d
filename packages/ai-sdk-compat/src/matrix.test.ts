import { describe, expect, it } from 'vitest'
import { LINES, MAJORS } from './majors.ts'
import { BOTH, FUNCTIONS, STAND_INS } from './routes.ts'
import { isIn } from './scenario.ts'
import { SCENARIOS } from './scenarios/all.ts'
import { expectedOf, judge } from './verdict.ts'

describe.each(MAJORS)('AI SDK %i', (major) => {
  describe.each([STAND_INS, FUNCTIONS, BOTH])('by $name', (route) => {
    const scenarios = SCENARIOS.filter((scenario) => isIn(major, scenario))

    it.each(scenarios)('gives again: $name', async (scenario) => {
      const production = { scenario, major, line: LINES[major], route }

      expect(await judge(production)).toStrictEqual(expectedOf(production))
    })
  })
})
