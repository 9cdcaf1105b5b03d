import { describeError as describe } from '@retake/format'
import type { SessionState } from './session-state.ts'

/** Runs our own work so that its failure never reaches the app: it is counted, and warned of once. */
export function guarded<T>(session: Pick<SessionState, 'config'>, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    noteFailure(session, error)
    return undefined
  }
}

/** Counts a failure of our own, and warns of the first one. */
export function noteFailure({ config }: Pick<SessionState, 'config'>, error: unknown): void {
  config.stats.failures++
  config.warn('failure', `recording failed and goes on without: ${describe(error)}`)
}
