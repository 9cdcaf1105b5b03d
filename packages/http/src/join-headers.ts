import type { Scope } from '@retake/core/adapter'
import { nextHop, replayOfOthers, sessionScopeOf } from '@retake/core/host'
import { HEADER, signSessionId } from './headers.ts'

/** What is asked of a service of one's own. */
interface OutboundRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
}

/**
 * The headers by which a service of one's own joins the session of a scope: its id, and in a replay what to replay.
 * They say as well which request of the session it is, since one service may be asked several times.
 *
 * In a replay no id goes along: a service that does not replay must not write to the session of one that does.
 *
 * @param secret with which the id is signed, for `trustSession: { secret }` there.
 * @see docs/decisions/0046-hops.md
 */
export function joinHeaders(
  scope: Scope,
  { method, path }: OutboundRequest,
  secret?: string,
): Readonly<Record<string, string>> {
  const known = sessionScopeOf(scope)
  const { session } = known
  const { replaySecret } = session.config.gate
  // Not whom it asks, since what was recorded in one place is replayed in another, nor its query, which may hold
  // what differs each time.
  const [resource = '/'] = path.split('?')
  const headers: Record<string, string> = {
    [HEADER.sessionHop]: nextHop(known, method, resource),
  }
  const asked = replayOfOthers(session)
  if (asked === undefined) {
    headers[HEADER.session] = session.id
    if (secret !== undefined) headers[HEADER.sessionSignature] = signSessionId(session.id, secret)
    return headers
  }
  headers[HEADER.replay] = asked
  if (replaySecret !== undefined) headers[HEADER.replayKey] = replaySecret
  return headers
}
