import type { Readings } from '@retake/format'

/** Keeps what a session has read of the clock. */
export interface TimesRecorder {
  note(path: string, ms: number): void
  /** What was read since the last time, by path; `undefined` when nothing was. */
  take(): Readonly<Record<string, Readings>> | undefined
}

// About a megabyte of a log. Past it a replay reads the real clock.
const MAX_RUNS = 100_000

/** @param sinceMs what the first reading of each path is counted from. */
export function createTimesRecorder(sinceMs: number, maxRuns: number = MAX_RUNS): TimesRecorder {
  const lastMs = new Map<string, number>()
  let untaken = new Map<string, number[]>()
  let room = maxRuns
  let isFull = false

  function note(path: string, ms: number): void {
    if (isFull) return
    const delta = ms - (lastMs.get(path) ?? sinceMs)
    const runs = untaken.get(path)
    if (delta === 0 && runs !== undefined) {
      runs.push((runs.pop() ?? 0) + 1)
      return
    }
    // What is left out shifts all that follows.
    if (room === 0) isFull = true
    else begin(path, ms, delta)
  }

  function begin(path: string, ms: number, delta: number): void {
    const runs = untaken.get(path)
    room--
    lastMs.set(path, ms)
    if (runs === undefined) untaken.set(path, [delta, 1])
    else runs.push(delta, 1)
  }

  function take(): Readonly<Record<string, Readings>> | undefined {
    if (untaken.size === 0) return undefined
    const taken = Object.fromEntries(untaken)
    untaken = new Map()
    return taken
  }

  return { note, take }
}

interface Track {
  readonly runs: Readings
  /** Of the pair that is being read. */
  index: number
  left: number
  ms: number
}

/** Reads recorded times back along each path: `undefined` when no more was read there. */
export function createTimesReader(
  sinceMs: number,
  times: Readonly<Record<string, Readings>>,
): (path: string) => number | undefined {
  const tracks = new Map<string, Track>(
    Object.entries(times).map(([path, runs]) => [path, { runs, index: -2, left: 0, ms: sinceMs }]),
  )

  return (path) => {
    const track = tracks.get(path)
    if (track === undefined) return undefined
    while (track.left === 0) {
      if (track.index + 2 >= track.runs.length) return undefined
      track.index += 2
      track.ms += track.runs[track.index] ?? 0
      track.left = track.runs[track.index + 1] ?? 0
    }
    track.left--
    return track.ms
  }
}
