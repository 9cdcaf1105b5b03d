/** How a span of ours comes to its end. */
export type EndState = 'ok' | 'error' | 'aborted'

// As the SDK tells them: by name, because signals may carry any reason.
const ABORTS = new Set<unknown>(['AbortError', 'ResponseAborted', 'TimeoutError'])

/** How something ended that failed with `error`. */
export function endStateOf(error: unknown): EndState {
  return error instanceof Error && ABORTS.has(error.name) ? 'aborted' : 'error'
}
