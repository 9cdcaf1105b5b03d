/**
 * A value in the form in which it is stored: plain JSON, with what JSON loses written as `{"$rt": …}`.
 *
 * @see codec/codec.ts
 */
export type Encoded =
  | null
  | boolean
  | number
  | string
  | readonly Encoded[]
  | { readonly [key: string]: Encoded }

/** What an event is about. The first nine groups follow the OpenTelemetry GenAI operations. */
export type EventKind =
  | 'llm'
  | 'tool'
  | 'embedding'
  | 'retrieval'
  | 'rerank'
  | 'http'
  | 'mcp'
  | 'chain'
  | 'decision'
  | 'message'
  | 'score'
  | 'error'
  | 'effect'
  | 'custom'

/** How a call came out. `pending` means that it was still in flight when its session ended. */
export type EventState = 'ok' | 'error' | 'aborted' | 'pending'

/** How much of a session is stored. @see capture/capture.ts */
export type CaptureLevel = 'full' | 'redacted' | 'metadata' | 'off'

/** Tokens of one call. The four counts are disjoint: their sum is what was processed. */
export interface Usage {
  /** Prompt tokens that were not read from a cache. */
  readonly inputTokens?: number
  /** Generated tokens, without those of reasoning. */
  readonly outputTokens?: number
  /** Prompt tokens read from the provider's cache. */
  readonly cachedInputTokens?: number
  /** Generated tokens that were spent on reasoning. */
  readonly reasoningTokens?: number
}

/** How a recorded stream ended. Only `complete` and `error` can be served to their end. */
export type StreamEnd = 'complete' | 'error' | 'cancelled' | 'aborted' | 'abandoned'

/** A recorded stream: its parts verbatim, and when each of them came. */
export interface StreamOutcome {
  readonly parts: readonly Encoded[]
  readonly end: StreamEnd
  /** Present when the source failed, also for an abort: what the reader of the stream was given. */
  readonly error?: Encoded
  /** With `end: 'aborted'`: the reader was given `error`, and the end has a tick of its own. */
  readonly endSeen?: true | undefined
  /**
   * Completion order of the stream's moments among all that completes in the session, as runs
   * `[index of the moment, its tick]`; ticks rise by one within a run. Moment 0 is the opening,
   * then come the parts, then the end.
   */
  readonly ticks?: readonly (readonly [number, number])[]
  /**
   * Moments that came in the turn of the event loop in which they were asked for, such as those that lay in a
   * buffer, as runs `[first moment, how many, rounds of the microtask queue it took, completions in between]`.
   */
  readonly instant?: readonly (readonly [number, number, number, number])[]
  /** Milliseconds from the start of the call to each part. Left out of committed cassettes. */
  readonly ms?: readonly number[]
  /** Milliseconds from the start of the call to the opening. Left out of committed cassettes. */
  readonly openMs?: number | undefined
  /** The recording passed its memory limit: the stream cannot be replayed. */
  readonly truncated?: true
  /** An async iterable of a tool, as against a web stream of a model. */
  readonly iterable?: true
  /** A stream of bytes, as the body of a `Response`, which can be read into buffers too. */
  readonly bytes?: true
}

/** What a call gave back. A stream may carry a `value` besides: what came with its opening. */
export interface Outcome {
  readonly value?: Encoded
  readonly error?: Encoded
  readonly stream?: StreamOutcome
  /** The function returned, or threw, without a promise. */
  readonly sync?: true
  /**
   * The first moment that came although the caller had aborted: 0 for the value or the opening of a stream,
   * then its parts, then its end. From there on a replay takes no notice of an abort either.
   */
  readonly abortIgnored?: number
  /** What was read of the streams in the request, in the order in which they stand there. */
  readonly read?: readonly ReadContent[]
}

/** What a call has read of a stream that it was given. */
export interface ReadContent {
  /** Bytes, or values where it is a stream of others. */
  readonly size: number
  /** Whether it was read to its end. */
  readonly ended?: true
  /** The text or the bytes; of a stream of values a list. */
  readonly content?: Encoded
  /** Where that is too much to be stored: its SHA-256, in hexadecimal. */
  readonly hash?: string
}

/** The request that came in over HTTP and made the session. */
export interface InboundRequest {
  readonly method: string
  /** Path and query, without origin. */
  readonly url: string
  /** Allow-listed headers only, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The parsed JSON, or the text, or bytes. Absent when there was none. */
  readonly body?: Encoded
  /** `body` is what a parser of the app has made of it: its bytes are not known. */
  readonly bodyParsed?: true
  /** Why `body` is absent although there was one: too large, or not read by the app. */
  readonly bodyWithheld?: string
}

/** What a session's request was answered with over HTTP. */
export interface OutboundResponse {
  readonly status: number
  /** Allow-listed headers only, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The parsed JSON, or the text (all of a stream of events), or bytes. Absent when there was none. */
  readonly body?: Encoded
  /** Why `body` is absent although there was one: too large, compressed, or not sent whole. */
  readonly bodyWithheld?: string
}

/** First record of a session. */
export interface SessionRecord {
  readonly v: 1
  readonly type: 'session'
  /** UUIDv7, or an inherited id. */
  readonly id: string
  readonly name?: string
  readonly agent?: string
  readonly goal?: string
  readonly tags?: readonly string[]
  readonly metadata?: Readonly<Record<string, Encoded>>
  /** Which service of a chain wrote this; a service replays its own calls. */
  readonly service?: string
  /** Which request of another service this answers, when that one opened the session. */
  readonly hop?: string
  readonly host?: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly capture: CaptureLevel
  /** Seed of the session's pseudo-random stream, a whole number of at most 53 bits. */
  readonly seed: number
  /**
   * Set on a fork: where it was cut off from, and the last `seq` served from there. Without `replayOf`: the session, over by
   * then, in whose scope this one was opened.
   */
  readonly parent?: { readonly session: string; readonly forkAt?: number }
  /** Set on a replay: the session that was replayed. */
  readonly replayOf?: string
  readonly request?: InboundRequest
  readonly response?: OutboundResponse
  /** ISO 8601, UTC. Past it the session is not replayed any more. */
  readonly expiresAt?: string
}

/** Changes to the session record that became known later; merged over it on reading. */
export interface UpdateRecord {
  readonly type: 'update'
  readonly name?: string
  readonly agent?: string
  readonly goal?: string
  readonly tags?: readonly string[]
  readonly metadata?: Readonly<Record<string, Encoded>>
  readonly request?: InboundRequest
  readonly response?: OutboundResponse
}

/**
 * One event. A call is written twice, when it starts and when it has its outcome;
 * the later record is merged over the earlier one with the same `seq` and `writer`.
 */
export interface EventRecord {
  readonly type: 'event'
  /** UUIDv7. */
  readonly id: string
  /** Order of start within the writer, from 1. */
  readonly seq: number
  /**
   * Order of completion within the writer, from 1. Absent while pending, and for what is not waited for. Earlier versions
   * wrote 0 for a stream that was aborted before anything had completed.
   */
  readonly done?: number
  /**
   * It was answered within the turn of the event loop in which it was made: the last `done` before it was
   * made, and how many rounds of the microtask queue the answer took.
   */
  readonly instant?: readonly [after: number, rounds: number]
  /** `seq` of the enclosing event. */
  readonly parent?: number
  readonly kind: EventKind
  readonly name: string
  readonly op?: 'generate' | 'stream'
  /** The enclosing calls and scopes, from the session's root, joined by ` > `. */
  readonly path: string
  /** Ordinal among siblings with the same kind and name, from 0. */
  readonly ord: number
  /** An id from recorded data (a toolCallId) that tells equal siblings apart. */
  readonly key?: string
  /**
   * Fingerprint of the request. Absent for events that are not calls; empty in a log where it is that of the
   * request that stands there, or of the call that was served.
   */
  readonly fp?: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  /** Duration in milliseconds. */
  readonly ms?: number
  readonly state: EventState
  readonly request?: Encoded
  readonly outcome?: Outcome
  readonly usage?: Usage
  readonly costUsd?: number
  readonly model?: string
  readonly provider?: string
  readonly attributes?: Readonly<Record<string, Encoded>>
  /**
   * It was made after the response had been sent, or after the session's function had returned: a replay that has come
   * that far does not know yet whether it will be made.
   */
  readonly after?: true
  /** The outcome was changed by redaction: what is served differs from what was answered. */
  readonly redacted?: true
  /** A part of the outcome was not stored, and why: the call cannot be served. */
  readonly withheld?: string
  /** In a replay: the entry that was served and how it was found; its outcome is in the replayed session. */
  readonly served?: { readonly seq: number; readonly tier: string }
  /** Which process wrote it, when several wrote to one session. Set on reading. */
  readonly writer?: string
  /** Which service wrote it. Set on reading. */
  readonly service?: string
  /** Which request of another service it belongs to. Set on reading. */
  readonly hop?: string
}

/** Second record of a call: its outcome. Merged over the event with the same `seq` by the same writer. */
export type CompletionRecord = Pick<EventRecord, 'type' | 'seq' | 'state'> &
  Partial<
    Pick<
      EventRecord,
      | 'done'
      | 'instant'
      | 'ms'
      | 'outcome'
      | 'usage'
      | 'costUsd'
      | 'attributes'
      | 'redacted'
      | 'withheld'
    >
  >

/** How a session went. */
export type EndState = 'success' | 'failure' | 'indeterminate'

/** Sums over the events of a session. */
export interface Totals {
  readonly events: number
  /** Events per kind. */
  readonly kinds: Readonly<Partial<Record<EventKind, number>>>
  readonly errors: number
  readonly usage: Usage
  readonly costUsd: number
}

/** Last record of a session. Late work appends a further one; the last one counts. */
export interface EndRecord {
  readonly type: 'end'
  readonly status: 'completed'
  readonly endState: EndState
  readonly endReason?: string
  /** ISO 8601, UTC. */
  readonly endedAt: string
  readonly totals: Totals
  /** Calls that started after the session was over. */
  readonly late?: number
  /** Records that the store did not take. The session is not whole, and is not replayed. */
  readonly lost?: number
  /**
   * What the function of the session returned, for a replay to compare with what it returns then. Absent when it threw,
   * when a request made the session, and in sessions of older versions.
   */
  readonly result?: Encoded
  /** In a replay: its report. */
  readonly report?: Encoded
}

/**
 * What was virtual in a session, for a replay to give it again. Times of later records follow those of earlier
 * ones; the rest is in the first one.
 */
export interface VirtualRecord {
  readonly type: 'virtual'
  readonly of?: readonly VirtualKind[]
  /** What the session's random numbers, UUIDs and bytes are made of, in hexadecimal. */
  readonly seed?: string
  /** Milliseconds since the epoch, which the first reading of each path is counted from. */
  readonly sinceMs?: number
  /**
   * What was read of the clock, by path, as pairs: milliseconds since the reading before, and how many times in
   * a row the clock said so.
   */
  readonly times?: Readonly<Record<string, readonly number[]>>
  /**
   * Timers that were made, by kind and path, as pairs: a delay in milliseconds, and how many in a row had it. What
   * tells them apart is their place in this list.
   */
  readonly timers?: Readonly<Record<string, readonly number[]>>
  /**
   * When they fired, by the same names, as triples: how many timers and how many completion ticks after the firing
   * before, and how many firings in a row were so far apart. A timer that never fired within the session has none.
   */
  readonly firings?: Readonly<Record<string, readonly number[]>>
  readonly service?: string
  /** Which request of another service it belongs to. */
  readonly hop?: string
  /** Which process wrote it, when several wrote to one session. Set on reading. */
  readonly writer?: string
}

/** One line of a journal. */
export type JournalRecord =
  | SessionRecord
  | UpdateRecord
  | VirtualRecord
  | EventRecord
  | CompletionRecord
  | EndRecord

/** A whole session as it is read back. */
export interface SessionData {
  readonly session: SessionRecord
  /** By `seq`, and by writer where there are several. Calls without an outcome are `pending`. */
  readonly events: readonly EventRecord[]
  /** What was virtual, one for each process that wrote it. Absent when nothing was. */
  readonly virtual?: readonly VirtualRecord[]
  /** Absent when the process that wrote the session did not end it: the session is indeterminate. */
  readonly end?: EndRecord
}

/**
 * What can be virtual in a session. `date`: `Date`. `random`: `Math.random`. `uuid`: the UUIDs, numbers and short
 * bytes of `crypto`. `timers`: `setTimeout` and its like, and `AbortSignal.timeout`.
 */
export type VirtualKind = 'date' | 'random' | 'uuid' | 'timers'
