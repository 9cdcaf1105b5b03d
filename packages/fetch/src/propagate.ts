import { ReplayEscapeError, ReplayLeftoverError, ReplayMissError } from '@retake/core'
import {
  addFenceRule,
  currentScope,
  failSession,
  watchOutgoing,
  type Answered,
  type Outgoing,
  type Scope,
} from '@retake/core/adapter'
import { HEADER, joinHeaders } from '@retake/http'
import { addOwnServices, matchOrigins, type OriginPattern } from './own-services.ts'

export interface PropagateOptions {
  /** Origins of services of one's own. Nothing is told to others. */
  readonly to: readonly OriginPattern[]
  /** Signs the id, for services with `trustSession: { secret }`. */
  readonly secret?: string
}

/**
 * Has services of one's own join the session of the code that asks them, and replay with it: requests to them carry
 * the session's id, or what to replay.
 *
 * Each hop is looked at by itself, so that a redirect to somebody else carries nothing.
 *
 * @returns a function that ends it.
 * @throws {TypeError} when an origin is not a URL.
 */
export function propagate({ to, secret }: PropagateOptions): () => void {
  const isOwn = matchOrigins(to)
  const undo = [
    addOwnServices(isOwn),
    addFenceRule(({ origin }) => (isOwn(origin) ? 'pass' : undefined)),
    watchOutgoing((read) => {
      const scope = currentScope()
      if (scope === undefined || scope.beneath === 'leaf') return undefined
      const request = read()
      return isOwn(request.origin) ? tell(request, scope, secret) : undefined
    }),
  ]
  return () => {
    for (const end of undo) end()
  }
}

function tell(request: Outgoing, scope: Scope, secret: string | undefined): Answered | undefined {
  const { origin, setHeader, refuse } = request
  const { session } = scope
  try {
    for (const [name, value] of Object.entries(joinHeaders(scope, request, secret)))
      setHeader(name, value)
  } catch {
    const message = `A request to ${origin} takes no more headers, so that service cannot join the session. Give its headers to node:http as an object, and none that is Expect.`
    if (session.isReplay) refuse(failSession(session, new ReplayEscapeError(message, { origin })))
    else session.warn(`headers ${origin}`, message)
    return undefined
  }
  return session.isReplay ? watchReplay(scope, origin) : undefined
}

// An app may take any answer for a good one. The session may not.
function watchReplay({ session }: Scope, origin: string): Answered {
  return {
    headers(header) {
      const status = header(STATUS)
      if (status !== undefined) return judge(session, origin, status)
      const message = `${origin} was asked to replay, and did not: it ran for real, or refused to. Set RETAKE_REPLAY_ENABLED=1 there, mount its middleware and share the store, or take it out of propagate().`
      failSession(session, new ReplayEscapeError(message, { origin }))
    },
    // A service that streams knows only by then how its replay went.
    trailers(trailer) {
      const status = trailer(STATUS)
      if (status !== undefined) judge(session, origin, status)
    },
  }
}

const STATUS = HEADER.replayStatus.toLowerCase()

function judge(session: Scope['session'], origin: string, status: string): void {
  const told = `its ${HEADER.replayStatus} is ${status}. Its log says which one.`
  if (/\bmiss=/.test(status)) {
    const message = `${origin} has no recording for a call: ${told}`
    failSession(session, new ReplayMissError(message, { origin, status }))
  } else if (/\bleftover=/.test(status) && session.onLeftover === 'error') {
    const message = `${origin} has not asked for a recorded call: ${told}`
    failSession(session, new ReplayLeftoverError(message, { origin, status }))
  }
}
