import { ReplayEscapeError } from '@retake/core'
import { currentScope, failSession } from '@retake/core/adapter'

/**
 * Deals with something that is about to ask a provider without being recorded: a replay refuses it before it does, a
 * recording warns once and goes on. Outside of sessions, and beneath a call that is recorded as a whole, nothing happens.
 *
 * @returns the error, in a replay.
 */
export function refuseUnrecorded(what: string): Error | undefined {
  const scope = currentScope()
  if (scope === undefined || scope.beneath === 'leaf' || scope.live) return undefined
  const { session } = scope
  const message = `${what} is not recorded, so a replay refuses it. Put it into a function of its own: recorded('effect', name, fn) of @retake/core.`
  if (session.isReplay) return failSession(session, new ReplayEscapeError(message))
  if (scope.beneath === undefined) session.warn(`ai-sdk ${what}`, message)
  return undefined
}
