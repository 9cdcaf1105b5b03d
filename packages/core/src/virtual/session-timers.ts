import type { NoteFiring, TimerReader, TimerRecorder } from './timer-notes.ts'

/** A virtual timer that was made. */
export interface TimerTrack {
  /** When it fired in the recording that is replayed, in rising order; absent while recording. */
  readonly ticks?: readonly number[]
  /** Notes that it fires; absent where nothing of it is stored. */
  readonly note?: NoteFiring | undefined
}

/** A timer of a replay that has not fired, or is to fire again. */
export interface WaitingTimer {
  /** It goes on as a real timer. */
  release(): void
}

/** The virtual timers of one session. */
export interface SessionTimers {
  /** Notes a timer that is made, as `kind path`. `undefined` for one that is real. */
  made(lane: string, ms: number): TimerTrack | undefined
  /** Those of a replay. */
  readonly waiting: Set<WaitingTimer>
  /** Timers of a replay are real: it goes its own way, or is over. */
  readonly isReleased: boolean
  /**
   * Has the timers of a replay be real from now on, since it goes its own way, or is over.
   *
   * @param skip is told the recorded firings that will not come any more.
   */
  release(skip: (tick: number) => void): void
  /** A timer that is not on record, or never fired, has to be real. */
  noteExtra(): void
}

/** Those of a session that is recorded. */
export function recordTimers(recorder: TimerRecorder): SessionTimers {
  return {
    made(lane, ms) {
      const note = recorder.made(lane, ms)
      return note && { note }
    },
    waiting: new Set(),
    isReleased: false,
    release() {},
    noteExtra() {},
  }
}

interface ReplayedTimers {
  readonly reader: TimerReader
  /** Of a fork, which is recorded as well. */
  readonly recorder: TimerRecorder | undefined
  /** Told of each timer that is not on record. */
  readonly onExtra: () => void
}

/** Those of a replay. */
export function replayTimers({ reader, recorder, onExtra }: ReplayedTimers): SessionTimers {
  const waiting = new Set<WaitingTimer>()
  let isReleased = false

  function made(lane: string, ms: number): TimerTrack | undefined {
    const note = recorder?.made(lane, ms)
    if (isReleased) return note && { note }
    const recorded = reader.take(lane, ms)
    if (recorded && (recorded.ticks.length > 0 || !reader.isFull)) {
      return { ticks: recorded.ticks, note }
    }
    onExtra()
    return note && { note }
  }

  function release(skip: (tick: number) => void): void {
    if (isReleased) return
    isReleased = true
    for (const tick of reader.ticks()) skip(tick)
    for (const timer of waiting) timer.release()
  }

  return {
    made,
    waiting,
    release,
    noteExtra: onExtra,
    get isReleased() {
      return isReleased
    },
  }
}
