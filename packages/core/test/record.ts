import type { ReplayOptions, Retake } from '../src/index.ts'
import { liveCalls } from './live-calls.ts'
import { createTestRetake } from './test-retake.ts'

/** Runs `body` as a session, and waits until all of it is stored. */
export async function record<T>(
  retake: Retake,
  body: () => Promise<T>,
): Promise<{ id: string; result: T }> {
  let id = ''
  let settled = Promise.resolve()
  const result = await retake.session((session) => {
    id = session.id
    settled = session.settled
    return body()
  })
  await settled
  return { id, result }
}

/** Runs `body` live, then replayed, and returns both results with the number of live calls in the replay. */
export async function recordAndReplay<T>(
  body: () => Promise<T>,
  options?: ReplayOptions,
): Promise<{ live: T; replayed: T; callsInReplay: number }> {
  const retake = createTestRetake()
  const { id, result } = await record(retake, body)
  const before = liveCalls
  const replayed = await retake.replay(id, body, options)
  return { live: result, replayed, callsInReplay: liveCalls - before }
}
