import fc from 'fast-check'
import type { BehaviourId } from '../behaviours.ts'
import { verifies } from '../verifies.ts'

const TIME_LIMIT_MS = 60_000
/** How many times as many random examples as usual are tried. */
export const MORE_RUNS: number = Number(process.env.RETAKE_MORE_RUNS ?? 1)
// The same programs in every run, so that a failure comes again; more runs look at others.
const SEED = MORE_RUNS === 1 ? 1 : undefined

/** How long a test of random examples may take. */
export const RANDOM_TEST_MS: number = 2 * TIME_LIMIT_MS * MORE_RUNS

type Property<Values extends [unknown, ...unknown[]]> = [
  ...{ [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
  (...values: Values) => Promise<void>,
]

/** A behaviour that is shown by random examples. A failure prints the seed and the smallest example. */
export function holds<Values extends [unknown, ...unknown[]]>(
  id: BehaviourId,
  runs: number,
  ...property: Property<Values>
): void {
  verifies(id, () => assertHolds(runs, ...property), RANDOM_TEST_MS)
}

/** The same within a test that does something else besides. */
export async function assertHolds<Values extends [unknown, ...unknown[]]>(
  runs: number,
  ...property: Property<Values>
): Promise<void> {
  const checked = fc.asyncProperty<Values>(...property)
  // Looking for a smaller example must not go on until the test times out, and nothing is told.
  await fc.assert(checked, {
    numRuns: runs * MORE_RUNS,
    interruptAfterTimeLimit: TIME_LIMIT_MS * MORE_RUNS,
    ...(SEED === undefined ? {} : { seed: SEED }),
  })
}
