import { describe, expect, it } from 'vitest'
import { LINES, MAJORS } from './majors.ts'
import { callsOf, record, replay } from './rehearse.ts'
import { BOTH, FUNCTIONS, STAND_INS } from './routes.ts'
import { isIn } from './scenario.ts'
import { SCENARIOS } from './scenarios/all.ts'

const ROUTES = [STAND_INS, FUNCTIONS, BOTH]

describe.each(MAJORS)('AI SDK %i', (major) => {
  describe.each(ROUTES)('by $name', (route) => {
    const scenarios = SCENARIOS.filter((scenario) => isIn(major, scenario))

    it.each(scenarios)('gives again: $name', async (scenario) => {
      const production = { scenario, major, line: LINES[major], route }
      const { provider, retake, replay: options } = scenario
      const stage = { provider, retake, replay: options }

      const live = await record(production, stage)
      const replayed = await replay(production, live.session, stage)

      expect({ calls: live.calls, runs: live.runs }).toStrictEqual({
        calls: scenario.calls,
        runs: scenario.runs ?? 0,
      })
      expect({ calls: replayed.calls, runs: replayed.runs }).toStrictEqual({ calls: 0, runs: 0 })
      expect(replayed.result).toStrictEqual(live.result)
      const tiers = callsOf(replayed.session).map(({ served }) => served?.tier)
      expect(new Set(tiers)).toStrictEqual(new Set(['exact']))
    })
  })
})
