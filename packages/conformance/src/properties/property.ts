import fc from 'fast-check'
import type { BehaviourId } from '../behaviours.ts'
import { verifies } from '../verifies.ts'

const TIMEOUT_MS = 120_000
const MORE_RUNS = Number(process.env.RETAKE_MORE_RUNS ?? 1)

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
  verifies(id, () => fc.assert(checked, { numRuns: runs * MORE_RUNS }), TIMEOUT_MS * MORE_RUNS)
}
