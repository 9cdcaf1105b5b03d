import {
  ReplayNoSnapshotsError,
  ReplaySessionExpiredError,
  type SessionData,
  wallMs,
} from '@retake/format'

/**
 * Refuses a session that has expired, that holds no answers, or that is not whole.
 *
 * @see docs/decisions/0031-lost-records.md
 */
export function checkReplayable({ session, end }: SessionData): void {
  const { id, expiresAt, capture } = session
  if (expiresAt !== undefined && Date.parse(expiresAt) < wallMs()) {
    throw new ReplaySessionExpiredError(`Session ${id} expired at ${expiresAt}. Record it again.`, {
      session: id,
      expiresAt,
    })
  }
  if (capture === 'metadata' || capture === 'off') {
    throw new ReplayNoSnapshotsError(
      `Session ${id} was recorded with capture '${capture}' and holds no answers. Record it again with capture 'redacted'.`,
      { session: id, capture },
    )
  }
  if (end?.lost) {
    throw new ReplayNoSnapshotsError(
      `Session ${id} is truncated: the store did not take ${end.lost} of its records. See that the store has room, and record it again.`,
      { session: id, lost: end.lost },
    )
  }
}
