import { ReplayEscapeError } from '@retake/format'
import { failSession } from '../session/lifecycle.ts'
import type { Scope } from '../session/running-session.ts'
import { currentScope } from '../session/scope.ts'
import { stateOf } from '../session/session-state.ts'
import { stopConnections } from './connections.ts'
import { isModelTraffic } from './model-traffic.ts'
import { watchOutgoing, type Outgoing, type RequestHead } from './outgoing.ts'
import { askRules } from './rules.ts'
import { isTelemetryExport } from './telemetry-exporters.ts'

const LOOPBACK =
  /^https?:\/\/(?:localhost|(?:[\w-]+\.)*localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/

const CURE =
  'Make its client with { fetch: retakeFetch() } of @retake/fetch, hand it to retakeClient(), or load @retake/fetch/register before it; or let it pass: createRetake({ fence: { allow } }).'

// One per process: an app may load two copies of this package.
const KEY = Symbol.for('retake.fence.v1')

// Where connections are closed again, since requests there were refused.
const refused = new WeakMap<Scope['session'], Set<string>>()

/**
 * Stops what a replay would send for real because it comes through no recorder, whichever client sends it: it fails
 * with `ReplayEscapeError` before a byte of it is sent, and so does the session. While a session is recorded, it is
 * warned of once per origin.
 *
 * Each session raises it, which takes no time once it stands. What has no session passes by.
 *
 * @see docs/decisions/0071-a-fence-around-every-replay.md
 */
export function raiseFence(): void {
  const holder = globalThis as { [KEY]?: true }
  if (holder[KEY]) return
  holder[KEY] = true
  watchOutgoing((read) => {
    const scope = currentScope()
    if (scope && isOfInterest(scope)) judge(read(), scope)
    return undefined
  })
  stopConnections((origin) => {
    const session = currentScope()?.session
    return session && refused.get(session)?.has(origin) ? stateOf(session).failure : undefined
  })
}

// While it is recorded, what a call does by itself is a part of it.
function isOfInterest({ session, beneath }: Scope): boolean {
  return session.isReplay || beneath === undefined
}

function judge(request: Outgoing, scope: Scope): void {
  const why = reasonToRefuse(request, scope)
  if (why === undefined) return
  const { session } = scope
  const { origin } = request
  if (!mustRefuse(scope)) return session.warn(`escape ${origin}`, why)
  const origins = refused.get(session) ?? new Set()
  refused.set(session, origins.add(origin))
  request.refuse(failSession(session, new ReplayEscapeError(why, { origin })))
}

// A replay that makes calls for real which have no recording does so with these too.
function mustRefuse({ session }: Scope): boolean {
  const { replay } = stateOf(session)
  return replay !== undefined && !replay.makesCalls()
}

function reasonToRefuse(request: RequestHead, scope: Scope): string | undefined {
  if (scope.live || isKnownToPass(request, scope)) return undefined
  const verdict = askRules(request, scope)
  if (verdict !== undefined) return verdict === 'pass' ? undefined : verdict.refuse
  const { fence } = stateOf(scope.session).config
  if (fence === undefined || (fence.loopback && isLoopback(request))) return undefined
  return `A request to ${request.origin} does not come through a recorder. ${CURE}`
}

function isKnownToPass(request: RequestHead, { session }: Scope): boolean {
  const { method, origin, path, header } = request
  const full = origin + path
  const url = new URL(URL.canParse(full) && path.startsWith('/') ? full : origin)
  const { fence } = stateOf(session).config
  return fence?.allows({ method, url }) === true || isTelemetryExport({ method, url }, header)
}

function isLoopback(request: RequestHead): boolean {
  return LOOPBACK.test(request.origin) && !isModelTraffic(request)
}

/** Whether an origin is this machine. */
export function isThisMachine(origin: string): boolean {
  return LOOPBACK.test(origin)
}
