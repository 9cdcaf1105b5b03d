import type { StreamOutcome } from './event.ts'

/** Completion order of a stream, as runs `[index, tick]`. Index 0 is its opening, then its parts, then its end. */
export type TickRuns = [number, number][]

/**
 * Moments that came in the turn of the event loop in which they were asked for, as runs
 * `[first moment, how many, rounds of the microtask queue, completions in between]`.
 */
export type InstantRuns = [number, number, number, number][]

/** How a moment came that was there in the turn in which it was asked for. */
export interface InstantMoment {
  /** Of the microtask queue. */
  readonly rounds: number
  /** How much else completed since it was asked for. */
  readonly between: number
}

/** Notes that moment `index` of a stream happened at `tick`. Consecutive ticks share one run. */
export function noteTick(runs: TickRuns, index: number, tick: number): void {
  const last = runs.at(-1)
  if (last === undefined || index - last[0] !== tick - last[1]) runs.push([index, tick])
}

/**
 * Notes that a moment came in the turn in which it was asked for. Those that came alike share one run.
 *
 * @see docs/decisions/0061-parts-that-come-at-once.md
 */
export function noteInstant(
  runs: InstantRuns,
  moment: number,
  rounds: number,
  between: number,
): void {
  const last = runs.at(-1)
  const isAlike = last && moment === last[0] + last[1] && rounds === last[2] && between === last[3]
  if (isAlike) last[1]++
  else runs.push([moment, 1, rounds, between])
}

/** Looks up how moments came, for one reader that goes forward. */
export function createInstantReader({
  instant: runs = [],
}: StreamOutcome): (moment: number) => InstantMoment | undefined {
  let run = 0
  return (moment) => {
    while (moment >= endOfRun(runs[run])) run++
    const [first = Number.POSITIVE_INFINITY, , rounds = 0, between = 0] = runs[run] ?? []
    return moment < first ? undefined : { rounds, between }
  }
}

/** The ticks of moments that came in the turn in which they were asked for. */
export function* instantTicks(stream: StreamOutcome): Generator<number> {
  const tickOf = createTickReader(stream)
  for (const [first, count] of stream.instant ?? []) {
    const end = Math.min(first + count, momentsOf(stream))
    for (let moment = first; moment < end; moment++) yield tickOf(moment) ?? 0
  }
}

function endOfRun(run: readonly number[] | undefined): number {
  const [first = Number.POSITIVE_INFINITY, count = 0] = run ?? []
  return first + count
}

/** The ticks of a stream's moments, in order, as spans `[first tick, how many]`. */
export function streamSpans(stream: StreamOutcome): readonly (readonly [number, number])[] {
  const runs = stream.ticks ?? []
  const moments = momentsOf(stream)
  return runs.flatMap(([index, tick], run) => {
    const count = Math.min(moments, runs[run + 1]?.[0] ?? moments) - index
    return count > 0 ? [[tick, count] as const] : []
  })
}

/** Looks up ticks by moment, for one reader that goes forward. */
export function createTickReader(stream: StreamOutcome): (moment: number) => number | undefined {
  const runs = stream.ticks ?? []
  let run = 0
  return (moment) => {
    while ((runs[run + 1]?.[0] ?? Number.POSITIVE_INFINITY) <= moment) run++
    const [index, tick] = runs[run] ?? [Number.POSITIVE_INFINITY, 0]
    return moment < index || moment >= momentsOf(stream) ? undefined : tick + moment - index
  }
}

// The end has a tick only when the reader saw it.
function momentsOf({ parts, end, endSeen }: StreamOutcome): number {
  return 1 + parts.length + (end === 'complete' || end === 'error' || endSeen ? 1 : 0)
}

/** More rounds than any answer is said to have taken, though calls that follow keep the counting going. */
export const MAX_ROUNDS = 1000
