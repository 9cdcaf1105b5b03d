import { createRetake } from '@retake/core'
import type { Context } from '../context.ts'
import { fail, type Finding, ok, warn } from './finding.ts'

/** What the environment of this shell allows. Values are not printed. */
export function checkGate({ environment, store }: Context): Finding {
  const { gate } = createRetake({ environment, store, log: false }).config
  const isSet = (environment.RETAKE_REPLAY_ENABLED ?? '') !== ''
  if (isSet && !gate.replayEnabled) {
    return warn(
      'gate',
      'RETAKE_REPLAY_ENABLED is set, but to nothing that opens the gate',
      'Set it to 1, true, yes or on.',
    )
  }
  if (!gate.replayEnabled) {
    return ok('gate', 'closed in this shell: RETAKE_REPLAY_ENABLED=1 opens it, in development')
  }
  if (!gate.production) return ok('gate', 'open: RETAKE_REPLAY_ENABLED is set')
  if (gate.replaySecret !== undefined) {
    return ok('gate', 'open in production, to who has RETAKE_REPLAY_SECRET')
  }
  return fail(
    'gate',
    'RETAKE_REPLAY_ENABLED is set with NODE_ENV=production, and RETAKE_REPLAY_SECRET is not: X-Replay is ignored',
    'Set RETAKE_REPLAY_SECRET, or leave production out of it.',
  )
}
