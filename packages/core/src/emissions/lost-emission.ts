import { EMISSIONS, isoTime } from '@retake/format'
import { append } from '../session/append.ts'
import { nextOrdinal } from '../session/frame.ts'
import { guarded } from '../session/guard.ts'
import type { Scope } from '../session/running-session.ts'
import { sessionScopeOf, type SessionState } from '../session/session-state.ts'
import { emissionEvent } from './emission-event.ts'

const noted = new WeakMap<SessionState, Set<number>>()

/**
 * Notes that the call which encloses `from` has written to a stream that nobody orders, so that a replay which serves
 * the call can say that this is missing. Once per call; nothing in a replay.
 *
 * @param reason what was written to, in words.
 */
export function noteLostEmission(from: Scope, reason: string): void {
  const scope = sessionScopeOf(from)
  const { session, parent } = scope
  if (session.isReplay || parent === undefined) return
  const calls = noted.get(session) ?? new Set()
  noted.set(session, calls)
  if (calls.has(parent)) return
  calls.add(parent)
  guarded(session, () =>
    append(
      session,
      emissionEvent(scope, EMISSIONS, {
        seq: ++session.seq,
        ord: nextOrdinal(scope.frame, `custom:${EMISSIONS}`),
        startedAt: isoTime(),
        withheld: reason,
      }),
    ),
  )
}
