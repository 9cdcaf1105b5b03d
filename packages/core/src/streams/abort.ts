import { delay } from '../runtime/clock.ts'

/** Calls `react` when `signal` aborts, at once if it has, until what is returned is called. */
export function onAbort(signal: AbortSignal | undefined, react: () => void): () => void {
  if (signal?.aborted) react()
  else signal?.addEventListener('abort', react, { once: true })
  return () => signal?.removeEventListener('abort', react)
}

/** Settles like `promise`, or rejects with the reason of `signal` if that comes first. */
export function untilAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason))
    promise.then(resolve, reject).finally(forget)
  })
}

/** Stays in flight until `signal` aborts: the loser of a race, as it was recorded. */
export function neverSettles(signal: AbortSignal | undefined): Promise<never> {
  return untilAborted(new Promise<never>(() => {}), signal)
}

/**
 * Waits for the caller to abort, for at most `graceMs`.
 *
 * @throws the reason of the abort, when it came.
 */
export async function awaitAbort(signal: AbortSignal | undefined, graceMs: number): Promise<void> {
  if (signal === undefined) return
  await untilAborted(delay(graceMs), signal)
}
