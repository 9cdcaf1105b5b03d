import type { Timing } from '../session/replay-options.ts'

/**
 * When something that took `ms` may be there in a replay, by the monotonic clock; 0 where it needs no time.
 *
 * Counted from the start of its call, so that what a slow reader takes is not added to it.
 */
export function dueMs(
  { startedMs }: { readonly startedMs: number },
  ms: number | undefined,
  timing: Timing,
): number {
  if (timing === 'instant' || ms === undefined) return 0
  return startedMs + ms * (timing === 'recorded' ? 1 : timing)
}
