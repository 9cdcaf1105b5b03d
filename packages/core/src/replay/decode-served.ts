import { decode, isRetakeError, type Encoded } from '@retake/format'
import { failSession } from '../session/lifecycle.ts'
import type { SessionState, StartedCall } from '../session/session-state.ts'

/**
 * Decodes what a replay hands out.
 *
 * @throws {ReplayInvalidSessionError} when it is malformed. The session has failed then, whatever the app
 * makes of the error.
 */
export function decodeServed(session: SessionState, value: Encoded): unknown {
  return failing(session, () => decode(value))
}

/** Decodes an answer, or a part of one, and makes of it what the codec of its call says. */
export function unpackServed({ scope, options }: StartedCall, value: Encoded): unknown {
  const decoded = decodeServed(scope.session, value)
  const { codec } = options
  return codec === undefined ? decoded : failing(scope.session, () => codec.unpack(decoded))
}

function failing<T>(session: SessionState, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw isRetakeError(error) ? failSession(session, error) : error
  }
}
