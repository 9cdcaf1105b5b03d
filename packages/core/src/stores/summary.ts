import type { SessionData } from '../event.ts'
import type { SessionSummary } from '../store.ts'

/** What a list shows of a session. */
export function summarize({ session, end }: SessionData): SessionSummary {
  const { id, name, agent, tags, startedAt, replayOf } = session
  return {
    id,
    ...(name !== undefined && { name }),
    ...(agent !== undefined && { agent }),
    ...(tags && { tags }),
    startedAt,
    ...(end && { endedAt: end.endedAt }),
    endState: end?.endState ?? 'indeterminate',
    ...(replayOf !== undefined && { replayOf }),
    ...(end && { totals: end.totals }),
  }
}
