import type { Outcome } from '../event.ts'
import { streamSpans } from '../ticks.ts'

/** Ticks that follow each other: the first one, and how many there are. */
export type TickSpan = readonly [first: number, count: number]

const NONE: readonly TickSpan[] = []

/** The ticks by which an outcome is handed out, where `done` does not say by which one it is. */
export function spansBesideDone({ stream, sync }: Outcome): readonly TickSpan[] | undefined {
  if (stream) return streamSpans(stream)
  return sync ? NONE : undefined
}
