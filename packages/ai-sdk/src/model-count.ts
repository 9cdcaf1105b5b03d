import type { Scope } from '@retake/core/adapter'

type Session = Scope['session']

const counts = new WeakMap<Session, Map<string, number>>()

/** Counts a call of a model that passes through our hands, by the name of its event. */
export function countModelCall(session: Session, name: string): void {
  const ofSession = counts.get(session) ?? new Map<string, number>()
  counts.set(session, ofSession)
  ofSession.set(name, (ofSession.get(name) ?? 0) + 1)
}

/** How many calls of that name a session has had so far. */
export function countOfCalls(session: Session, name: string): number {
  return counts.get(session)?.get(name) ?? 0
}
