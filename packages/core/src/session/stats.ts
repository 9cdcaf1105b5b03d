/** Counters of one instance, since it was created. */
export interface Stats {
  /** Sessions opened, replays among them. */
  sessions: number
  /** Calls recorded. */
  calls: number
  /** Sessions replayed. */
  replays: number
  /** Calls served from a recording. */
  served: number
  /** Calls for which there was no recording. */
  misses: number
  /** Readings of a virtual clock, and virtual timers, in replays beyond those on record, which were real. */
  dry: number
  /** Calls that started after their session was over. */
  late: number
  /** Values, or parts of values, that could not be stored. */
  withheld: number
  /** Records that a store did not take. */
  dropped: number
  /** Failures inside Retake that were kept away from the app. */
  failures: number
}

export function createStats(): Stats {
  return {
    sessions: 0,
    calls: 0,
    replays: 0,
    served: 0,
    misses: 0,
    dry: 0,
    late: 0,
    withheld: 0,
    dropped: 0,
    failures: 0,
  }
}
