import { EMISSIONS } from '@retake/format'
import { nextOrdinal } from '../session/frame.ts'
import { currentSessionScope } from '../session/scope.ts'
import type { EmissionOptions, Emissions } from './emissions.ts'
import { EmissionPlayer } from './player.ts'
import { EmissionRecorder } from './recorder.ts'

/**
 * Orders what is written to a stream that is opened now, for as long as work on it goes on.
 *
 * @returns `undefined` outside of a session, and beneath a recorded call, which writes as a whole.
 */
export function openEmissions(options: EmissionOptions): Emissions | undefined {
  const scope = currentSessionScope()
  if (scope === undefined || scope.beneath !== undefined) return undefined
  const { session, frame } = scope
  const ord = nextOrdinal(frame, `custom:${EMISSIONS}`)
  if (session.replay === undefined) return new EmissionRecorder({ scope, ord, ...options })
  const recorded = session.replay.emissions(frame.path, ord)
  return new EmissionPlayer({ session, recorded, ...options })
}
