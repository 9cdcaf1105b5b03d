import { ReplayEscapeError } from '@retake/core'
import { currentScope, failSession, type Scope } from '@retake/core/adapter'
import { stopConnections } from './connections.ts'
import { watchOutgoing } from './outgoing.ts'
import { isOwnService, matchOrigins, type OriginPattern } from './own-services.ts'

export interface GuardOptions {
  /** Origins that a replay may go to, such as that of a database. */
  readonly allow?: readonly OriginPattern[]
  /**
   * Whether a replay may go to this machine.
   *
   * @default true
   */
  readonly loopback?: boolean
}

const LOOPBACK = /^https?:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/

const CURE =
  'Make its client with { fetch: retakeFetch() }, hand it to retakeClient(), or load @retake/fetch/register before it. guardNetwork({ allow }) lets it pass.'

/**
 * Stops requests that a replay would send for real, because they do not come through a recorder: by a `fetch` that was
 * taken before it was patched, by undici's own API, by `node:http`. They fail with `ReplayEscapeError` before a byte
 * is sent, and so does the session. While a session is recorded, each such origin is warned of once.
 *
 * @returns a function that ends it.
 * @throws {TypeError} when an origin is not a URL.
 */
export function guardNetwork({ allow = [], loopback = true }: GuardOptions = {}): () => void {
  const isAllowed = matchOrigins(allow)
  const passes = (scope: Scope, origin: string) =>
    scope.live ||
    isAllowed(origin) ||
    (loopback && LOOPBACK.test(origin)) ||
    isOwnService(new URL(origin))

  const stop = watchOutgoing(({ origin, refuse }) => {
    const scope = currentScope()
    if (scope === undefined || passes(scope, origin)) return undefined
    const { session, beneath } = scope
    if (session.isReplay) refuse(failSession(session, escape(origin)))
    // What a recorded call does by itself is not done again.
    else if (beneath === undefined) session.warn(`escape ${origin}`, escape(origin).message)
    return undefined
  })
  const letConnect = stopConnections((origin) => {
    const scope = currentScope()
    return scope?.session.isReplay && !passes(scope, origin) ? escape(origin) : undefined
  })
  return () => {
    stop()
    letConnect()
  }
}

function escape(origin: string): ReplayEscapeError {
  const message = `A request to ${origin} does not come through a recorder. ${CURE}`
  return new ReplayEscapeError(message, { origin })
}
