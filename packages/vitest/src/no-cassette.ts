import { ReplayMissError, type RetakeError, type SessionData } from '@retake/core'
import { type Environment, isCi } from './environment.ts'
import type { Plan } from './plan.ts'

const ID = 'no-cassette'

/** What a test without a cassette replays: nothing. Its first call is refused before it is made. */
export function emptyCassette(name: string): SessionData {
  const startedAt = new Date(0).toISOString()
  const totals = { events: 0, kinds: {}, errors: 0, usage: {}, costUsd: 0 }
  return {
    session: { v: 1, type: 'session', id: ID, name, startedAt, capture: 'redacted', seed: 1 },
    events: [],
    end: { type: 'end', status: 'completed', endState: 'success', endedAt: startedAt, totals },
  }
}

/** The error of a test that makes calls and has no cassette. */
export function noCassette(
  { cassette, name }: Plan,
  environment: Environment,
  { message, data }: RetakeError,
): ReplayMissError {
  const why = isCi(environment) ? 'CI is set' : 'the mode is replay'
  const [call = ''] = message.split('\n')
  return new ReplayMissError(
    `There is no cassette for "${name}", and nothing goes live because ${why}. ` +
      `Run the test on your machine, where it is recorded, and commit ${cassette}.\n  refused  ${call}`,
    { ...data, cassette },
  )
}
