import {
  isHop,
  guarded,
  type Config,
  parseReplayHeader,
  type ReplayRequest,
} from '@retake/core/host'
import { HEADER, parseSessionId, sameSecret, signSessionId } from './headers.ts'
import type { HttpRequest } from './stored-request.ts'
import type { HttpOptions } from './http-options.ts'

/** What the headers of a request ask for, as far as its caller may. */
export type Asked =
  | { readonly kind: 'capture'; readonly id?: string; readonly hop?: string | undefined }
  | { readonly kind: 'replay'; readonly request: ReplayRequest; readonly hop: string | undefined }
  | { readonly kind: 'malformed'; readonly why: string; readonly detail?: string | undefined }

/**
 * Reads what a request asks for.
 *
 * With a closed gate `X-Replay` is as if it were not there, and so it is in production unless the request proves that
 * it knows the secret.
 */
export function askedBy<Native>(
  config: Config,
  request: HttpRequest,
  native: Native,
  options: HttpOptions<Native>,
): Asked {
  if (isGateOpen(config, request)) {
    const asked = parseReplayHeader(request.header(HEADER.replay))
    if (asked.ok) return { kind: 'replay', request: asked.value, hop: hopOf(request) }
    if (asked.why !== 'absent') return { kind: 'malformed', why: asked.why, detail: asked.detail }
  }
  const id = inheritedId(config, request, native, options)
  return id === undefined ? CAPTURE : { kind: 'capture', id, hop: hopOf(request) }
}

// Nearly every request, which is not to cost an object.
const CAPTURE: Asked = { kind: 'capture' }

function isGateOpen({ gate }: Config, request: HttpRequest): boolean {
  if (!gate.replayEnabled) return false
  if (!gate.production) return true
  return (
    gate.replaySecret !== undefined &&
    sameSecret(request.header(HEADER.replayKey), gate.replaySecret)
  )
}

// The id that a trusted caller gives to the session of its request.
function inheritedId<Native>(
  config: Config,
  request: HttpRequest,
  native: Native,
  { trustSession }: HttpOptions<Native>,
): string | undefined {
  if (trustSession === undefined) return undefined
  const parsed = parseSessionId(request.header(HEADER.session))
  if (!parsed.ok) return undefined
  const isTrusted =
    typeof trustSession === 'function'
      ? guarded({ config }, () => trustSession(native))
      : sameSecret(
          request.header(HEADER.sessionSignature),
          signSessionId(parsed.value, trustSession.secret),
        )
  return isTrusted ? parsed.value : undefined
}

// Which request of another service this one is, where it says so.
function hopOf(request: HttpRequest): string | undefined {
  const hop = request.header(HEADER.sessionHop)
  return isHop(hop) ? hop : undefined
}
