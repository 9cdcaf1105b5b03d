import type { StreamOutcome } from '../event.ts'

/** Completion order of a stream, as runs `[index, tick]`. Index 0 is its opening, then its parts, then its end. */
export type TickRuns = [number, number][]

/** Notes that moment `index` of a stream happened at `tick`. Consecutive ticks share one run. */
export function noteTick(runs: TickRuns, index: number, tick: number): void {
  const last = runs.at(-1)
  if (last === undefined || index - last[0] !== tick - last[1]) runs.push([index, tick])
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

// The end has a tick only when the stream came to one of its own.
function momentsOf({ parts, end }: StreamOutcome): number {
  return 1 + parts.length + (end === 'complete' || end === 'error' ? 1 : 0)
}
