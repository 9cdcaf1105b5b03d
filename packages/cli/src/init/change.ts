import type { Insertion } from './insertion.ts'

/** What `retake init` would do to a file, or why it would not. */
export type Change = Edit | Untouched

/** Lines that can be put in exactly. */
export interface Edit {
  readonly kind: 'edit'
  /** Seen from the folder of the project. */
  readonly file: string
  /** Empty for a file that is not there yet. */
  readonly text: string
  readonly insertions: readonly Insertion[]
}

/** A file that stays as it is. */
interface Untouched {
  /** `there`: all is in it already. `by-hand`: it cannot be done exactly. */
  readonly kind: 'there' | 'by-hand'
  readonly file: string
  readonly reason: string
}
