import type {
  CompletionRecord,
  EndRecord,
  EndState,
  EventRecord,
  SessionData,
  SessionRecord,
  UpdateRecord,
  VirtualRecord,
  SessionSummary,
} from '@retake/format'

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

/** Which sessions are listed: those of which all holds that is given. */
export interface SessionFilter {
  readonly agent?: string
  readonly name?: string
  /** One of its tags. */
  readonly tag?: string
  readonly endState?: EndState
  /** Whether something failed in it. A session without an end counts as one in which nothing did. */
  readonly hasErrors?: boolean
  /** What it cost at least. A session without an end cost nothing yet. */
  readonly minCostUsd?: number
  /** Started then or later: a time in ISO 8601. */
  readonly since?: string
  /** Started before then. */
  readonly until?: string
  /** Is in a text of the summary, in capitals or not: id, name, agent, goal, tags, URL, input or end reason. */
  readonly text?: string
  /** Whether it is a replay. */
  readonly isReplay?: boolean
}

export interface ListOptions extends SessionFilter {
  /**
   * Most sessions that are listed; `Infinity` for all.
   *
   * @default 100
   */
  readonly limit?: number
  /** Told now and then, when it takes long, how many sessions have been looked at, and of how many. */
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Where sessions live. Every store passes `testStore` of `@retake/testing`.
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
  /**
   * Newest first. Sessions that cannot be read are left out.
   *
   * @throws {RetakeError} `OPTION_INVALID` when an option is no such time or number.
   */
  list(options?: ListOptions): Promise<readonly SessionSummary[]>
  /** @returns whether there was one. */
  remove(id: string): Promise<boolean>
  /** Resolves when all that was appended is kept as safely as the store can. */
  flush?(): Promise<void>
}
