import type { HeaderValue } from '@retake/core/adapter'
import { nodeCrypto, type Parsed, singleValue } from '@retake/core/host'
import { isSessionId } from '@retake/format'

/** Names of the headers, in the case in which they are sent. */
export const HEADER = {
  session: 'X-Session-Id',
  sessionSignature: 'X-Session-Id-Sig',
  sessionHop: 'X-Session-Hop',
  replay: 'X-Replay',
  replayKey: 'X-Replay-Key',
  replayOf: 'X-Replay-Of',
  replayStatus: 'X-Replay-Status',
} as const

const SIGNATURE_CHARS = 22

/** Reads exactly one session id. */
export function parseSessionId(raw: HeaderValue): Parsed<string> {
  const one = singleValue(raw, 128)
  if (!one.ok) return one
  return isSessionId(one.value) ? one : { ok: false, why: 'malformed' }
}

/** Signs a session id for `X-Session-Id-Sig`: HMAC-SHA256, the first 22 characters in base64url. */
export function signSessionId(id: string, secret: string): string {
  return nodeCrypto()
    .createHmac('sha256', secret)
    .update(`session:${id}`)
    .digest('base64url')
    .slice(0, SIGNATURE_CHARS)
}

/** Compares in constant time. */
export function sameSecret(given: HeaderValue, expected: string): boolean {
  const left = nodeCrypto()
    .createHmac('sha256', 'retake')
    .update(typeof given === 'string' ? given : '')
    .digest()
  const right = nodeCrypto().createHmac('sha256', 'retake').update(expected).digest()
  return nodeCrypto().timingSafeEqual(left, right)
}

/**
 * Adds names to a list of `Access-Control-Expose-Headers`.
 *
 * Names are added beside `*` too, because `*` is a literal name on requests with credentials.
 *
 * @see Fetch standard, "CORS-exposed header-name"
 */
export function exposeHeaders(
  current: string | null | undefined,
  names: readonly string[],
): string {
  const listed = (current ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  const known = new Set(listed.map((name) => name.toLowerCase()))
  return [...listed, ...names.filter((name) => !known.has(name.toLowerCase()))].join(', ')
}
