// Runs all scenarios with what `import … from 'ai'` gives, and prints what came of each. Where everything is wrapped,
// telemetry is registered as well, in the majors that have it.
import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { retakeTelemetry } from '@retake/ai-sdk'
import * as ai from 'ai'
import type { Major } from '../../src/majors.ts'
import { BARE, BOTH } from '../../src/routes.ts'
import { isIn } from '../../src/scenario.ts'
import { SCENARIOS } from '../../src/scenarios/all.ts'
import { judge } from '../../src/verdict.ts'

const { MAJOR, ROUTE } = process.env
const major = Number(MAJOR) as Major
const line = { ai, createOpenAI, createAnthropic, createOpenAICompatible }
const route = ROUTE === BOTH.name ? BOTH : BARE

interface Registry {
  readonly registerTelemetry?: (telemetry: object) => void
  readonly registerTelemetryIntegration?: (telemetry: object) => void
}

const { registerTelemetry, registerTelemetryIntegration } = ai as unknown as Registry
if (route === BOTH) (registerTelemetry ?? registerTelemetryIntegration)?.(retakeTelemetry())

for (const scenario of SCENARIOS.filter((one) => isIn(major, one))) {
  const verdict = await judge({ scenario, major, line, route })
  process.stdout.write(`${JSON.stringify(verdict)}\n`)
}

// Connections that are kept open, and graces that are not used up, would keep the process for seconds.
process.stdout.write('', () => process.exit())
