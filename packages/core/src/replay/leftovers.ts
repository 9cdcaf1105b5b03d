import type { Entry } from './entry.ts'

interface Leftovers {
  readonly cassette: { leftovers(): readonly Entry[] }
  /** What was left over when a final verdict was sent. */
  readonly toldLeft: readonly Entry[] | undefined
}

/** Recordings that no call was served, or not before the verdict on the replay had been sent. */
export function leftoversOf({ cassette, toldLeft = [] }: Leftovers): readonly Entry[] {
  const left = cassette.leftovers()
  if (toldLeft.length === 0) return left
  return [...new Set([...toldLeft, ...left])].sort((one, other) => one.seq - other.seq)
}
