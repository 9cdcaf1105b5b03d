import { sha256 } from '../hash.ts'
import { nextOrdinal, type Scope } from '../session/scope.ts'
import { formatReplayHeader, HEADER, signSessionId } from './headers.ts'

const HOP_DIGITS = 16

/**
 * The headers by which a service of one's own joins the session of a scope: its id, and in a replay what to replay.
 * They say as well which request of the session it is, since one service may be asked several times.
 *
 * In a replay no id goes along: a service that does not replay must not write to the session of one that does.
 *
 * @param origin of the service that is asked.
 * @param secret with which the id is signed, for `trustSession: { secret }` there.
 * @see docs/decisions/0046-hops.md
 */
export function outboundHeaders(
  scope: Scope,
  origin: string,
  secret?: string,
): Readonly<Record<string, string>> {
  const { id, config, options, replay } = scope.session
  const hop = nextHop(scope, origin)
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

// The same in a recording and in its replay: where a request is made from, and which one it is from there.
function nextHop({ session, frame }: Scope, origin: string): string {
  const ordinal = nextOrdinal(frame, `hop:${origin}`)
  const parts = [session.options.hop ?? '', frame.path, origin, ordinal]
  return sha256(JSON.stringify(parts)).slice(0, HOP_DIGITS)
}
