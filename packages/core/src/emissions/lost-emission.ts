import { EMISSIONS, isoTime } from '@retake/format'
import { append } from '../session/append.ts'
import { nextOrdinal } from '../session/frame.ts'
import { guarded } from '../session/guard.ts'
import type { Scope } from '../session/running-session.ts'
import { sessionScopeOf, type SessionState } from '../session/session-state.ts'
import { emissionEvent } from './emission-event.ts'

const noted = new WeakMap<SessionState, Set<number>>()

/**
 * Notes that the call which encloses `from` has told something that a replay which serves the call cannot tell again, so
 * that the replay says so. Once per call, and warned of once per place; nothing in a replay.
 *
 * @param what the call does, as in `writes to a stream of the app`.
 * @param remedy what helps, in a sentence.
 */
export function noteLostEmission(from: Scope, what: string, remedy?: string): void {
  const scope = sessionScopeOf(from)
  const { session, parent, frame } = scope
  if (session.isReplay || parent === undefined) return
  const calls = noted.get(session) ?? new Set()
  noted.set(session, calls)
  if (calls.has(parent)) return
  calls.add(parent)
  session.config.stats.withheld++
  session.warn(
    `emission of ${frame.path.replaceAll(/#\d+|\[[^\]]*\]/g, '')}`,
    `${frame.path} ${what}, and a replay that serves it cannot tell that again.${remedy === undefined ? '' : ` ${remedy}`}`,
  )
  guarded(session, () =>
    append(
      session,
      emissionEvent(scope, EMISSIONS, {
        seq: ++session.seq,
        ord: nextOrdinal(scope.frame, `custom:${EMISSIONS}`),
        startedAt: isoTime(),
        withheld: what,
      }),
    ),
  )
}
