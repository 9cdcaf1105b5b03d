import { currentSession, type EventKind } from '@retake/core'
import { sessionById } from './test-session.ts'

/**
 * What the last call of this kind, and of this name where one is given, has asked in the running test: as the code asks
 * it now, never as it was recorded. `undefined` when there was no such call.
 */
export function lastRequest(kind: EventKind, name?: string): unknown {
  const session = currentSession()
  return session && sessionById(session.id)?.lastRequest(kind, name)
}
