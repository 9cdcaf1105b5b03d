import { seededRandom } from '@retake/core/adapter'

const SEEDED = Symbol.for('retake.random')

/**
 * Makes `Math.random`, from which the AI SDK makes its ids, draw from the session's own stream where a
 * session runs, so that message ids, part ids and approval ids come out the same in a replay.
 *
 * Outside of sessions, and beneath recorded calls, the numbers are those of the real generator.
 */
export function installSeededRandom(): void {
  const { random } = Math
  if (SEEDED in random) return
  const seeded = (): number => seededRandom() ?? random()
  // Where the realm is locked down this has no effect, and must not throw.
  Reflect.set(Math, 'random', Object.assign(seeded, { [SEEDED]: true }))
}
