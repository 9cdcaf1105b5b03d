import { EMISSIONS, isoTime, newEventId } from '@retake/format'
import { append } from '../session/append.ts'
import { nextOrdinal } from '../session/frame.ts'
import { guarded } from '../session/guard.ts'
import type { Scope } from '../session/running-session.ts'
import { sessionScopeOf, type SessionState } from '../session/session-state.ts'

const noted = new WeakMap<SessionState, Set<number>>()

/**
 * Notes that the call which encloses `from` has written to a stream that nobody orders, so that a replay which serves
 * the call can say that this is missing. Once per call; nothing in a replay.
 *
 * @param reason what was written to, in words.
 */
export function noteLostEmission(from: Scope, reason: string): void {
  const { session, frame, parent } = sessionScopeOf(from)
  if (session.isReplay || parent === undefined) return
  const calls = noted.get(session) ?? new Set()
  noted.set(session, calls)
  if (calls.has(parent)) return
  calls.add(parent)
  guarded(session, () =>
    append(session, {
      type: 'event',
      id: newEventId(),
      seq: ++session.seq,
      parent,
      kind: 'custom',
      name: EMISSIONS,
      path: frame.path,
      ord: nextOrdinal(frame, `custom:${EMISSIONS}`),
      startedAt: isoTime(),
      state: 'ok',
      withheld: reason,
    }),
  )
}
