import { EVENT_BEHAVIOURS } from './call-events.ts'
import { MISS_BEHAVIOURS } from './call-misses.ts'
import { SERVING_BEHAVIOURS } from './call-serving.ts'
import type { TestRunner } from './store.ts'
import type { CallAdapter } from './call-suite.ts'

/**
 * The behaviour that all call adapters share, as tests.
 *
 * @param createAdapter Makes an adapter with a provider of its own, once per test.
 */
export function testCallAdapter(
  name: string,
  createAdapter: () => CallAdapter | Promise<CallAdapter>,
  { describe, it }: TestRunner,
): void {
  const groups = { serving: SERVING_BEHAVIOURS, misses: MISS_BEHAVIOURS, events: EVENT_BEHAVIOURS }
  for (const [group, behaviours] of Object.entries(groups)) {
    describe(`${name}: ${group}`, () => {
      for (const [behaviour, check] of Object.entries(behaviours)) {
        it(behaviour, async () => {
          const adapter = await createAdapter()
          try {
            await check(adapter)
          } finally {
            await adapter.close?.()
          }
        })
      }
    })
  }
}
