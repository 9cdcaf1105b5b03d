import { MAX_TICK, ReplayInvalidSessionError, type VirtualRecord } from '@retake/format'

/** What a record says of timers. */
export type TimerNotes = Pick<VirtualRecord, 'timers' | 'firings'>

/** Notes that a timer has fired, at a completion tick of the session. */
export type NoteFiring = (tick: number) => void

/** Keeps which timers a session makes, and when they fire. */
export interface TimerRecorder {
  /** @returns `undefined` where there is no more room. */
  made(lane: string, ms: number): NoteFiring | undefined
  /** What was noted since the last time; `undefined` when nothing was. */
  take(): TimerNotes | undefined
}

// A megabyte or two of a log, and of the memory of a replay. Past either of them timers are real.
const MAX_RUNS = 100_000
const MAX_NOTED = 2 ** 19

interface Lane {
  made: number
  /** The timer that fired last. */
  index: number
  tick: number
}

export function createTimerRecorder(maxRuns: number = MAX_RUNS): TimerRecorder {
  const lanes = new Map<string, Lane>()
  const timers = createRuns()
  const firings = createRuns()
  let room = MAX_NOTED

  function hasRoom(): boolean {
    return room > 0 && timers.begun + firings.begun < maxRuns
  }

  function made(name: string, ms: number): NoteFiring | undefined {
    if (!hasRoom()) return undefined
    room--
    let lane = lanes.get(name)
    if (lane === undefined) lanes.set(name, (lane = { made: 0, index: -1, tick: 0 }))
    const index = lane.made++
    timers.add(name, [ms])
    return (tick) => fired(name, index, tick)
  }

  function fired(name: string, index: number, tick: number): void {
    const lane = lanes.get(name)
    if (lane === undefined || !hasRoom() || tick > MAX_TICK) return
    room--
    firings.add(name, [index - lane.index, tick - lane.tick])
    lane.index = index
    lane.tick = tick
  }

  function take(): TimerNotes | undefined {
    const [made, fires] = [timers.take(), firings.take()]
    return made || fires
      ? { ...(made && { timers: made }), ...(fires && { firings: fires }) }
      : undefined
  }

  return { made, take }
}

interface Runs {
  /** How many there have been. */
  readonly begun: number
  add(name: string, steps: readonly number[]): void
  take(): Readonly<Record<string, readonly number[]>> | undefined
}

/** Lists in which what comes several times in a row stands once, with its count behind it. */
function createRuns(): Runs {
  let untaken = new Map<string, number[]>()
  let begun = 0

  function add(name: string, steps: readonly number[]): void {
    const runs = untaken.get(name)
    const last = runs?.length ?? 0
    const isAlike = steps.every((step, at) => runs?.[last - 1 - steps.length + at] === step)
    if (runs && isAlike) {
      runs.push((runs.pop() ?? 0) + 1)
      return
    }
    begun++
    if (runs === undefined) untaken.set(name, [...steps, 1])
    else runs.push(...steps, 1)
  }

  return {
    get begun() {
      return begun
    },
    add,
    take() {
      if (untaken.size === 0) return undefined
      const taken = Object.fromEntries(untaken)
      untaken = new Map()
      return taken
    },
  }
}

/** A timer of a recording. */
interface RecordedTimer {
  readonly ms: number
  /** When it fired, in rising order. */
  readonly ticks: readonly number[]
}

/** The timers of a recording, for its replay. */
export interface TimerReader {
  /** Takes the recording of a timer that is made; `undefined` where there is none. */
  take(lane: string, ms: number): RecordedTimer | undefined
  /** The ticks of all firings that have not been taken. */
  ticks(): Iterable<number>
  /** There was no more room: a timer that never fired may have fired. */
  readonly isFull: boolean
}

/** @throws {ReplayInvalidSessionError} when they are more than any recording holds. */
export function createTimerReader(notes: TimerNotes, maxRuns: number = MAX_RUNS): TimerReader {
  const { timers = {}, firings = {} } = notes
  const runs = countRuns(timers, 2) + countRuns(firings, 3)
  const noted = checkAmount({ timers, firings })
  const lanes = new Map<string, ReturnType<typeof createLane>>()
  for (const [name, made] of Object.entries(timers)) {
    lanes.set(name, createLane(made, firings[name] ?? []))
  }
  return {
    take: (name, ms) => lanes.get(name)?.take(ms),
    *ticks() {
      for (const lane of lanes.values()) yield* lane.ticks()
    },
    isFull: runs >= maxRuns || noted >= MAX_NOTED,
  }
}

function createLane(made: readonly number[], fires: readonly number[]) {
  const untaken = readTimers(made, fires)
  let first = 0

  /** The next one that was as long: in a process that is warm, those that a pool made once are not made again. */
  function take(ms: number): RecordedTimer | undefined {
    while (first < untaken.length && untaken[first] === undefined) first++
    let index = first
    while (index < untaken.length && untaken[index]?.ms !== ms) index++
    if (index === untaken.length) index = first
    const found = untaken[index]
    untaken[index] = undefined
    return found
  }

  function* ticks(): Generator<number> {
    for (const timer of untaken) if (timer) yield* timer.ticks
  }

  return { take, ticks }
}

function readTimers(
  made: readonly number[],
  fires: readonly number[],
): (RecordedTimer | undefined)[] {
  const timers: { ms: number; ticks: number[] }[] = []
  for (let at = 0; at < made.length; at += 2) {
    const [ms = 0, count = 0] = [made[at], made[at + 1]]
    for (let left = count; left > 0; left--) timers.push({ ms, ticks: [] })
  }
  for (const [index, tick] of readFirings(fires)) timers[index]?.ticks.push(tick)
  return timers
}

/** The number of each timer that fired, and when. */
function* readFirings(fires: readonly number[]): Generator<readonly [number, number]> {
  let [index, tick] = [-1, 0]
  for (let at = 0; at < fires.length; at += 3) {
    const [step = 0, ticks = 0, count = 0] = [fires[at], fires[at + 1], fires[at + 2]]
    for (let left = count; left > 0; left--) {
      index += step
      tick += ticks
      if (ticks > 0 && tick <= MAX_TICK) yield [index, tick]
    }
  }
}

/** When timers of a recording fired. */
export function* firingTicksOf({ timers = {}, firings = {} }: TimerNotes): Generator<number> {
  checkAmount({ timers, firings })
  for (const fires of Object.values(firings)) for (const [, tick] of readFirings(fires)) yield tick
}

function countRuns(lanes: Readonly<Record<string, readonly number[]>>, length: number): number {
  return Object.values(lanes).reduce((sum, runs) => sum + runs.length / length, 0)
}

function checkAmount({ timers, firings }: Required<TimerNotes>): number {
  const noted = countNoted(timers, 2) + countNoted(firings, 3)
  if (noted > MAX_NOTED) throw tooMany(noted)
  return noted
}

function countNoted(lanes: Readonly<Record<string, readonly number[]>>, length: number): number {
  let sum = 0
  for (const runs of Object.values(lanes)) {
    for (let at = length - 1; at < runs.length; at += length) sum += runs[at] ?? 0
  }
  return sum
}

function tooMany(noted: number): ReplayInvalidSessionError {
  return new ReplayInvalidSessionError(
    `The session cannot be replayed: it holds ${noted} timers and firings, of at most ${MAX_NOTED}.`,
    { reason: 'record' },
  )
}
