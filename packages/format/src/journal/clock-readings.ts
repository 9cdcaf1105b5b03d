import type { VirtualRecord } from '../event.ts'

/**
 * Readings of the clock along one path, as pairs: milliseconds since the reading before, and how many times in a
 * row the clock said so. Who waits for a time reads it millions of times, and takes a few pairs.
 */
export type Readings = readonly number[]

/** All times of records that were written one after the other. */
export function joinTimes(records: readonly VirtualRecord[]): Readonly<Record<string, Readings>> {
  return joinNotes(records, 'times')
}

/** What is noted by path, out of records that were written one after the other. */
export function joinNotes(
  records: readonly VirtualRecord[],
  field: 'times' | 'timers' | 'firings',
): Readonly<Record<string, readonly number[]>> {
  const joined = new Map<string, number[]>()
  for (const { [field]: notes = {} } of records) {
    for (const [path, numbers] of Object.entries(notes)) {
      const known = joined.get(path)
      if (known === undefined) joined.set(path, [...numbers])
      else for (const number of numbers) known.push(number)
    }
  }
  return Object.fromEntries(joined)
}
