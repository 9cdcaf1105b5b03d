import { createHop } from '../session/hop.ts'
import { nextOrdinal, type Scope } from '../session/scope.ts'
import { formatReplayHeader, HEADER, signSessionId } from './headers.ts'

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
export function outboundHeaders(
  scope: Scope,
  request: OutboundRequest,
  secret?: string,
): Readonly<Record<string, string>> {
  const { id, config, options, replay } = scope.session
  const hop = nextHop(scope, request)
  const headers: Record<string, string> = { [HEADER.sessionHop]: hop }
  if (replay === undefined || options.replayOf === undefined) {
    headers[HEADER.session] = id
    if (secret !== undefined) headers[HEADER.sessionSignature] = signSessionId(id, secret)
    return headers
  }
  const { match, onMiss } = replay.options
  const { replaySecret } = config.gate
  headers[HEADER.replay] = formatReplayHeader({ id: options.replayOf, match, onMiss })
  if (replaySecret !== undefined) headers[HEADER.replayKey] = replaySecret
  return headers
}

// The same in a recording and in its replay: where a request is made from, what it asks for, and which one it is of
// those. Not whom it asks, since what was recorded in one place is replayed in another, nor its query, which may hold
// what differs each time.
function nextHop({ session, frame }: Scope, { method, path }: OutboundRequest): string {
  const [resource = '/'] = path.split('?')
  const ordinal = nextOrdinal(frame, `hop:${method} ${resource}`)
  return createHop(session.options.hop ?? '', frame.path, method, resource, ordinal)
}
