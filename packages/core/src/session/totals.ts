import type { EventKind, Totals, Usage } from '@retake/format'

export function createTotals(): RunningTotals {
  return {
    events: 0,
    errors: 0,
    costUsd: 0,
    kinds: {},
    inputTokens: 0,
    outputTokens: 0,
    cachedInputTokens: 0,
    reasoningTokens: 0,
  }
}

/** Counts an event that has started. */
export function countEvent(totals: RunningTotals, kind: EventKind): void {
  totals.events++
  totals.kinds[kind] = (totals.kinds[kind] ?? 0) + 1
}

/** Adds what a call used and cost. */
export function addUsage(totals: RunningTotals, usage: Usage = {}, costUsd = 0): void {
  totals.inputTokens += usage.inputTokens ?? 0
  totals.outputTokens += usage.outputTokens ?? 0
  totals.cachedInputTokens += usage.cachedInputTokens ?? 0
  totals.reasoningTokens += usage.reasoningTokens ?? 0
  totals.costUsd += costUsd
}

/** The totals in the form in which they are stored. */
export function snapshotTotals({
  events,
  errors,
  costUsd,
  kinds,
  ...usage
}: RunningTotals): Totals {
  return { events, kinds, errors, usage, costUsd }
}

/** Sums that grow while a session runs. */
export interface RunningTotals {
  events: number
  errors: number
  costUsd: number
  readonly kinds: Partial<Record<EventKind, number>>
  inputTokens: number
  outputTokens: number
  cachedInputTokens: number
  reasoningTokens: number
}
