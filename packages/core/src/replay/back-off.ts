import { callerOf } from '../runtime/direct-caller.ts'
import type { SessionState } from '../session/session-state.ts'
import { replayStateOf, type ReplayState } from './replay-state.ts'
import type { Entry } from './entry.ts'

/**
 * Where libraries start the timer of a wait before they try again, and no other one: a file, and the function where a
 * file starts other timers too. `async-retry` and older `p-retry` wait in `retry`, LangChain in a `p-retry` of its own.
 */
const BACK_OFFS: readonly RegExp[] = [
  /[\\/]p-retry[\\/]index\.[cm]?[jt]s\b/,
  /\bRetryOperation\.retry\b.*[\\/]retry[\\/]lib[\\/]retry_operation\.js\b/,
  /[\\/]exponential-backoff[\\/]\w+[\\/]delay[\\/]delay\.base\.[jt]s\b/,
  /[\\/]langgraph[\\/]\w+[\\/]pregel[\\/]retry\.[cm]?[jt]s\b/,
  // The SDKs of OpenAI, Anthropic and others that Stainless generates, and the AI SDK: none starts another timer there.
  /[\\/]internal[\\/]utils[\\/]sleep\.[cm]?[jt]s\b/,
  /[\\/]@ai-sdk[\\/]provider-utils[\\/]/,
  /[\\/]langchain[\\/]\w+[\\/]agents[\\/]middleware[\\/]utils\.[cm]?[jt]s\b/,
]

/** What a call has failed with, as far as it concerns who makes it again. */
export interface Failure {
  readonly retryAfterMs: number | undefined
}

/**
 * Told of each call that a replay serves. As long as one that failed is still to be asked again, the waits of retry
 * libraries take no time in that session, nor does one that is as long as the failure has asked for.
 *
 * @see docs/decisions/0058-back-off-takes-no-time.md
 */
export function noteAttempt(session: SessionState, entry: Entry, failure?: Failure): void {
  const { failed, cassette } = replayStateOf(session)
  if (failed.size === 0 && failure === undefined) return
  if (failure) failed.set(cassette.equalsOf(entry), failure.retryAfterMs)
  for (const equals of failed.keys()) {
    if (equals.every(({ used }) => used)) failed.delete(equals)
  }
}

/**
 * Whether it is a wait before something is tried again for which `callee` was called, while a further attempt is to
 * come: a library's, or one of the length that was asked for.
 *
 * Only who has started the timer counts: what is tried again runs beneath the library, and has time-outs of its own.
 */
export function isBackOff(
  { failed, options }: ReplayState,
  ms: unknown,
  callee: (...args: never[]) => unknown,
): boolean {
  if (failed.size === 0 || options.timing !== 'instant') return false
  if ([...failed.values()].includes(Number(ms))) return true
  const caller = callerOf(callee)
  return BACK_OFFS.some((pattern) => pattern.test(caller))
}
