import type { Scenario } from '../scenario.ts'
import { CALLS } from './calls.ts'
import { PROVIDER_EXECUTED } from './corpus.ts'
import { ERRORS } from './errors.ts'
import { IDS } from './ids.ts'
import { TOOLS } from './tools.ts'

/** All that apps do with the SDK. */
export const SCENARIOS: readonly Scenario[] = [
  ...CALLS,
  ...IDS,
  ...TOOLS,
  ...PROVIDER_EXECUTED,
  ...ERRORS,
]
