import { attach } from './attach.ts'
import { RetakeCallbackHandler } from './handler.ts'

/**
 * Runs `fn` with a handler that every run of LangChain in it has, without being handed one.
 *
 * Sessions do this by themselves once a handler was constructed. It is for code that opens none.
 */
export function attachRetake<T>(
  fn: () => T,
  handler: RetakeCallbackHandler = new RetakeCallbackHandler(),
): T {
  return attach(fn, handler)
}
