import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { describeWithheld } from './withheld.ts'

/** A value as its recording gives it back. */
export interface StoredCopy {
  /** What is stored, as JSON. */
  readonly text: string
  /** It shares nothing with the original. What cannot be stored is `undefined`. */
  readonly value: unknown
  /** The first part that cannot be stored, in words. */
  readonly lost?: string | undefined
}

/** Copies a value as storing and reading it does. Never throws. */
export function storedCopy(value: unknown): StoredCopy {
  let lost: string | undefined
  const encoded = encode(value, {
    onWithheld(path, reason) {
      lost ??= describeWithheld(path, 'a value', reason)
    },
  })
  return { text: JSON.stringify(encoded), value: decode(encoded), lost }
}
