import type { Scope } from '../session/running-session.ts'

/**
 * The order of all that is written to one stream of the app, such as that of a user interface: by the app's own code,
 * and from beneath recorded calls, such as a tool that tells how far it has got.
 *
 * While a session is recorded, what comes from beneath a call is noted with its place among all chunks. In a replay such
 * a call does not run: its chunks are written again at their place, once it was served. Nothing but this decides in
 * which order chunks are written.
 *
 * @see docs/decisions/0067-emissions-of-served-calls.md
 */
export interface Emissions {
  /** Writes a chunk now, or holds it until it is its turn. */
  push(chunk: unknown, from: Scope | undefined): void
  /** Counts work that writes, such as a stream which is merged, besides that which has begun already. */
  begin(): void
  /** Tells that work is over: once for what `begin` was called for, and once for the rest. */
  end(): void
  /** Tells how many chunks have come out when the stream was closed: what was written later has reached nobody. */
  seal(count: number): void
}

export interface EmissionOptions {
  /** Hands a chunk on to the stream. */
  readonly write: (chunk: unknown) => void
  /** Called when all work has ended and all chunks are written. */
  readonly onOver?: () => void
}
