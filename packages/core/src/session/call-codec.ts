import type { Encoded } from '@retake/format'

/** Notes something of a stream that its reader is not given: it is stored as a part of its own, in its order. */
export type Note = (packed: unknown) => void

/**
 * What is stored in place of the values of a call, for values that the codec of core does not know.
 *
 * The app is given the values themselves while it is recorded, and what `unpack` makes in a replay.
 *
 * @see docs/decisions/0017-codecs-of-calls.md
 */
export interface CallCodec {
  /** The plain form of a value, or of a part of a stream. Called once for each, in their order, as it passes. */
  readonly pack: (value: unknown) => unknown
  /**
   * Makes a value again, or a part of a stream; each once, in their order. What has to happen before it is
   * handed out can be awaited, unless the call is synchronous.
   */
  readonly unpack: (packed: unknown) => unknown
  /** Whether a whole value is unpacked when its call is made, as against when its turn has come. */
  readonly isEarly?: boolean
  /** Gives what is stored beside the error of a call that failed. It is unpacked before the error is thrown. */
  readonly packFailed?: () => unknown
  /** Whether a stored part is a note. It is unpacked in its turn all the same, and not handed out. */
  readonly isNote?: (stored: Encoded) => boolean
  /** Called when a stream begins to be recorded. */
  readonly onOpen?: (note: Note) => void
  /** Called when a stream has come to its end, as a last chance to note something. */
  readonly onEnd?: () => void
}
