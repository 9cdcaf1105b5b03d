import type {
  CompletionRecord,
  EndRecord,
  EndState,
  EventRecord,
  SessionData,
  SessionRecord,
  Totals,
  UpdateRecord,
  VirtualRecord,
} from './event.ts'

/** What can be appended to an open session. */
export type LogRecord = UpdateRecord | VirtualRecord | EventRecord | CompletionRecord | EndRecord

/** The log of one session that is being written. */
export interface SessionLog {
  /**
   * Appends one record. Synchronous, so that it survives the death of the process.
   *
   * Records are finished JSON values: already encoded and redacted. A store must not keep a
   * reference to them. Errors are thrown; the caller counts them and goes on.
   */
  append(record: LogRecord): void
  /**
   * Appends several records at once, for stores to which one write costs less than many. When it throws, some
   * of them may be there; they are appended again, one by one.
   */
  appendAll?(records: readonly LogRecord[]): void
  /**
   * The session is over. `append` may still be called afterwards, for late work.
   *
   * Throws when what was appended is known to be gone.
   */
  close(): void
}

/** What a list of sessions shows. */
export interface SessionSummary {
  readonly id: string
  readonly name?: string
  readonly agent?: string
  readonly tags?: readonly string[]
  readonly startedAt: string
  readonly endedAt?: string
  /** `indeterminate` also when the session has no end. */
  readonly endState: EndState
  readonly replayOf?: string
  readonly totals?: Totals
}

export interface ListOptions {
  /** @default 100 */
  readonly limit?: number
}

/**
 * Where sessions live. Every store passes `testStore` of `@retake/core/testing`.
 *
 * Ids that reach a store match `^[A-Za-z0-9][A-Za-z0-9_-]{7,127}$`; a store still has to refuse others.
 */
export interface Store {
  /** Used in messages. */
  readonly name: string
  /**
   * Opens a session for writing and writes its first record.
   *
   * A second writer of the same session (a child process, a service further down) gets a log of its own;
   * `load` merges them.
   */
  open(session: SessionRecord): SessionLog
  /**
   * Reads a session, also one that is still being written. What its calls were asked and gave may be read
   * when `events` is looked at first, which throws when that is corrupt.
   *
   * @returns `undefined` when there is no such session.
   * @throws {RetakeError} `REPLAY_INVALID_SESSION` when it is corrupt or from a newer format.
   */
  load(id: string): Promise<SessionData | undefined>
  /** Newest first. Sessions that cannot be read are left out. */
  list(options?: ListOptions): Promise<readonly SessionSummary[]>
  /** @returns whether there was one. */
  remove(id: string): Promise<boolean>
  /** Resolves when all that was appended is kept as safely as the store can. */
  flush?(): Promise<void>
}
