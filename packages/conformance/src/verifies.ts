import { it } from 'vitest'
import { BEHAVIOURS, type BehaviourId } from './behaviours.ts'

/** What is collected instead of run, when somebody collects. */
let collected: BehaviourId[] | undefined

/**
 * A test that shows one of the behaviours. The id names it, the sentence describes it.
 *
 * @throws when there is no such behaviour.
 */
export function verifies(id: BehaviourId, check: () => Promise<void>, timeoutMs?: number): void {
  if (!Object.hasOwn(BEHAVIOURS, id)) throw new Error(`behaviours.ts has no behaviour "${id}".`)
  if (collected) return void collected.push(id)
  it(`${id}: ${BEHAVIOURS[id]}`, check, timeoutMs)
}

/** Tells which behaviours the tests in `load` show, without running any. */
export async function collectVerified(
  load: () => Promise<unknown>,
): Promise<readonly BehaviourId[]> {
  const found: BehaviourId[] = []
  collected = found
  await load()
  collected = undefined
  return found
}
