import { ReplayEscapeError } from '@retake/core'
import { failSession, type Scope } from '@retake/core/adapter'

/**
 * Deals with something that is about to run, or has run, without being recorded: a recording warns once and
 * goes on, a replay has failed.
 *
 * @returns the error, in a replay.
 */
export function noteEscape(
  { session, live }: Scope,
  what: string,
  remedy: string,
): Error | undefined {
  if (live) return undefined
  const message = `${what} is not recorded by telemetry. ${remedy}`
  if (session.isReplay) return failSession(session, new ReplayEscapeError(message))
  session.warn(`ai-sdk ${what}`, message)
  return undefined
}

/** What helps where telemetry does not see enough. */
export const WRAP_IT =
  'Wrap the SDK, wrapAISDK(ai); where models and tools are wrapped already, retakeTelemetry({ calls: false }) only opens spans.'
