import { RetakeError, isSessionId } from '@retake/format'

/**
 * Refuses what is not a session's id, before it becomes part of a path or a query.
 *
 * @throws {RetakeError} `OPTION_INVALID`. The id is not repeated: it may come from a request.
 */
export function checkSessionId(id: string): void {
  if (isSessionId(id)) return
  throw new RetakeError(
    'OPTION_INVALID',
    'A session id has 8 to 128 letters, digits, hyphens and underscores; this one does not.',
  )
}
