import type { SessionSummary } from '@retake/core'
import type { StoredSession } from '../sessions/stored-sessions.ts'

/** Which sessions are to go. */
export interface PruneRules {
  /** Those that started before, ISO 8601. */
  readonly before?: string | undefined
  /** Those past their time. */
  readonly expired: boolean
  readonly keepFailures: boolean
  /** In milliseconds since the epoch. */
  readonly nowMs: number
}

/** A session that is to go. */
export interface Prunable extends Pick<SessionSummary, 'id' | 'name' | 'startedAt' | 'endState'> {
  readonly bytes: number
}

/** What is to go, and why others stay that would have to go, too. */
export interface Choice {
  readonly chosen: readonly Prunable[]
  readonly kept: {
    /** Without an end, and written to within the hour. */
    readonly running: number
    readonly failures: number
    /** What cannot be read may be needed to find out why. */
    readonly unreadable: number
  }
}

const HOUR_MS = 3_600_000

/** Decides which sessions are to go, the oldest first. */
export function chooseSessions(
  stored: readonly StoredSession[],
  summaries: readonly SessionSummary[],
  { before, expired, keepFailures, nowMs }: PruneRules,
): Choice {
  const files = new Map(stored.map((session) => [session.id, session]))
  const isExpired = ({ expiresAt = '' }: SessionSummary) => expired && Date.parse(expiresAt) < nowMs
  const isOld = ({ startedAt }: SessionSummary) => before !== undefined && startedAt < before
  const due = summaries.filter((session) => isOld(session) || isExpired(session))
  const isRunning = ({ id, endedAt }: SessionSummary) =>
    endedAt === undefined && nowMs - (files.get(id)?.changedMs ?? 0) < HOUR_MS
  const isKept = ({ endState }: SessionSummary) => keepFailures && endState === 'failure'
  const ended = due.filter((session) => !isRunning(session))
  const chosen = ended.filter((session) => !isKept(session))
  const readable = new Set(summaries.map(({ id }) => id))
  return {
    chosen: chosen
      .map(({ id, name, startedAt, endState }) => ({
        id,
        ...(name !== undefined && { name }),
        startedAt,
        endState,
        bytes: files.get(id)?.bytes ?? 0,
      }))
      .toSorted((one, other) => (one.startedAt < other.startedAt ? -1 : 1)),
    kept: {
      running: due.length - ended.length,
      failures: ended.length - chosen.length,
      unreadable: stored.filter(({ id }) => !readable.has(id)).length,
    },
  }
}
