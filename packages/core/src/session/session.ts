import type { EndState, Totals, ReplayReport } from '@retake/format'

/** A choice that an agent made. */
export interface Decision {
  readonly reasoning?: string
  readonly alternatives?: readonly unknown[]
  readonly chosen?: unknown
  /** From 0 to 1. */
  readonly confidence?: number
}

/** The session that code runs in. All of it is safe to call at any time, also when the session is over. */
export interface Session {
  readonly id: string
  readonly mode: 'capture' | 'replay'
  /** In a replay: the session that is replayed. */
  readonly replayOf: string | undefined
  /** Notes a choice and why it was made. */
  decision(decision: Decision): void
  /** Notes how good something was, by the name of a measure. */
  score(name: string, value: number | boolean | string, comment?: string): void
  /** Notes a message of a conversation. */
  message(role: 'system' | 'user' | 'assistant' | 'tool', content: unknown): void
  /** Notes an error that the app handled itself. */
  error(error: unknown): void
  /** Notes anything else. */
  event(name: string, attributes?: Readonly<Record<string, unknown>>): void
  addTags(tags: readonly string[]): void
  setTags(tags: readonly string[]): void
  /** Adds to the metadata; a name that is there already is replaced. */
  setMetadata(metadata: Readonly<Record<string, unknown>>): void
  /** Keeps the session open until `promise` has settled: for work that goes on after the response. */
  waitUntil(promise: PromiseLike<unknown>): void
  /** Says how the session went. By default a session succeeds when its function, or its response, did. */
  end(state: EndState, reason?: string): void
  /** In a replay: how it has gone so far. */
  report(): ReplayReport | undefined
  /** Sums so far. In a replay they are those of what was recorded. */
  totals(): Totals
  /** Resolves when the session is over, nothing is pending, and its end is written. */
  readonly settled: Promise<void>
}
