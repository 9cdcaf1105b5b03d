import type { StreamOutcome } from '../event.ts'

/** Completion order of a stream, as runs `[index, tick]`. Index 0 is its opening, then its parts, then its end. */
export type TickRuns = [number, number][]

/** Notes that moment `index` of a stream happened at `tick`. Consecutive ticks share one run. */
export function noteTick(runs: TickRuns, index: number, tick: number): void {
  const last = runs.at(-1)
  if (last === undefined || index - last[0] !== tick - last[1]) runs.push([index, tick])
}

/** The tick of every moment of a stream that was noted, in order. */
export function* streamTicks(stream: StreamOutcome): Generator<number> {
  const runs = stream.ticks ?? []
  const moments = momentsOf(stream)
  for (const [run, [index, tick]] of runs.entries()) {
    const next = Math.min(moments, runs[run + 1]?.[0] ?? moments)
    for (let moment = index; moment < next; moment++) yield tick + moment - index
  }
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
