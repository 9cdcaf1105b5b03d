import { setTimeout as delay } from 'node:timers/promises'
import type { ListOptions, SessionSummary } from '@retake/core'
import type { Context } from '../context.ts'

const EVERY_MS = 500

/**
 * Tells of sessions as they start and as they end, the oldest first, until `signal` is aborted.
 *
 * @param known sessions that were told of already.
 */
export async function followSessions(
  { store }: Context,
  filters: ListOptions,
  {
    known,
    tell,
    signal,
  }: {
    readonly known: readonly SessionSummary[]
    readonly tell: (session: SessionSummary) => void
    readonly signal: AbortSignal
  },
): Promise<void> {
  const seen = new Map(known.map((session) => [session.id, versionOf(session)]))
  while (!signal.aborted) {
    await delay(EVERY_MS, undefined, { signal }).catch(() => {})
    const sessions = await store.list(filters)
    for (const session of sessions.toReversed()) {
      if (seen.get(session.id) === versionOf(session)) continue
      seen.set(session.id, versionOf(session))
      tell(session)
    }
  }
}

function versionOf({ endedAt = 'open', endState }: SessionSummary): string {
  return `${endedAt} ${endState}`
}
