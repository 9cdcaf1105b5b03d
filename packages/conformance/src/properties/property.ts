import fc from 'fast-check'
import type { BehaviourId } from '../behaviours.ts'
import { verifies } from '../verifies.ts'

const TIME_LIMIT_MS = 60_000
const MORE_RUNS = Number(process.env.RETAKE_MORE_RUNS ?? 1)
// The same programs in every run, so that a failure comes again; more runs look at others.
const SEED = MORE_RUNS === 1 ? 1 : undefined

/** A behaviour that is shown by random examples. A failure prints the seed and the smallest example. */
export function holds<Values extends [unknown, ...unknown[]]>(
  id: BehaviourId,
  runs: number,
  ...property: [
    ...{ [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
    (...values: Values) => Promise<void>,
  ]
): void {
  const checked = fc.asyncProperty<Values>(...property)
  // Looking for a smaller example must not go on until the test times out, and nothing is told.
  const options = {
    numRuns: runs * MORE_RUNS,
    interruptAfterTimeLimit: TIME_LIMIT_MS * MORE_RUNS,
    ...(SEED === undefined ? {} : { seed: SEED }),
  }
  verifies(id, () => fc.assert(checked, options), 2 * TIME_LIMIT_MS * MORE_RUNS)
}
