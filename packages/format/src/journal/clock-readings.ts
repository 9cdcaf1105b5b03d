import type { VirtualRecord } from '../event.ts'

/**
 * Readings of the clock along one path, as pairs: milliseconds since the reading before, and how many times in a
 * row the clock said so. Who waits for a time reads it millions of times, and takes a few pairs.
 */
export type Readings = readonly number[]

/** All times of records that were written one after the other. */
export function joinTimes(records: readonly VirtualRecord[]): Readonly<Record<string, Readings>> {
  const joined = new Map<string, number[]>()
  for (const { times = {} } of records) {
    for (const [path, readings] of Object.entries(times)) {
      const known = joined.get(path)
      if (known === undefined) joined.set(path, [...readings])
      else for (const part of readings) known.push(part)
    }
  }
  return Object.fromEntries(joined)
}
