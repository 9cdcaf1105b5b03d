import { describeError, isRetakeError } from '@retake/format'
import { currentSessionScope } from '../session/scope.ts'

interface ProcessEvents {
  emit: (event: string, ...args: unknown[]) => boolean
  [KEY]?: true
}

// Once per process: an app may load two copies of this package.
const KEY = Symbol.for('retake.unawaited.v1')

/**
 * Keeps the process alive where the code of a replay that has failed leaves a rejection to nobody: the SDK of a model
 * that pumps a stream into a response, a stream of Node without a listener for its errors, work that a handler has started
 * and does not wait for. When it was recorded the
 * call succeeded, and nobody had to think of its failure.
 *
 * Nothing is lost by it: the replay has failed, and says so in its status and report. All other rejections are left to
 * whoever listens, or else to the runtime, which ends the process.
 *
 * @see docs/decisions/0072-rejections-of-failed-replays.md
 */
export function takeUnawaited(): void {
  const events = globalThis.process as ProcessEvents | undefined
  if (typeof events?.emit !== 'function' || events[KEY]) return
  events[KEY] = true
  const { emit } = events
  events.emit = function (this: unknown, event: string, ...args: unknown[]): boolean {
    if (isUntaken(event, args[0]) && isOfFailedReplay(args[0])) return true
    return Reflect.apply(emit, this, [event, ...args])
  }
}

// What is thrown with nobody above it is a fault of the app's, unless it is our own error: a stream of Node that is given
// it, and that nobody listens to, throws it.
function isUntaken(event: string, reason: unknown): boolean {
  if (event === 'uncaughtException') return isRetakeError(reason)
  return event === 'unhandledRejection'
}

// The runtime tells of a rejection in the context in which its promise was made.
function isOfFailedReplay(reason: unknown): boolean {
  // Refused because a replay was open, in code that is none of it.
  if (isRetakeError(reason) && reason.data.late === true) return true
  const { session } = currentSessionScope() ?? {}
  if (session?.replay === undefined || session.failure === undefined) return false
  const { config, id } = session
  config.warn('unawaited', `nobody awaits what failed in replay ${id}: ${describeError(reason)}`)
  return true
}
