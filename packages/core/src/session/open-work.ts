import { guarded } from './guard.ts'
import type { SessionState } from './session-state.ts'

/** Notes what the end of the session closes as it is, unless it comes to an end before. */
export function noteOpen(session: SessionState, seq: number, abandon: () => void): void {
  session.open ??= new Map()
  session.open.set(seq, abandon)
}

/** Notes that it has come to an end. */
export function noteClosed(session: SessionState, seq: number): void {
  session.open?.delete(seq)
  // An empty map takes a tenth of what a session may take.
  if (session.open?.size === 0) session.open = undefined
  session.unread?.delete(seq)
}

/** Closes as it is one that is open. */
export function abandon(session: SessionState, seq: number): void {
  const close = session.open?.get(seq)
  if (close) guarded(session, close)
}

/** Closes as it is what is open. It is told from a timer, where a codec that throws would end the process. */
export function abandonAll(session: SessionState): void {
  for (const abandon of session.open?.values() ?? []) guarded(session, abandon)
}
