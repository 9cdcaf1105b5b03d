import type { EventKind, Outcome, Usage } from '@retake/format'
import type { CallCodec } from './call-codec.ts'

/** What can be told of a call from its outcome. */
export interface CallSummary {
  readonly usage?: Usage
  readonly costUsd?: number
  readonly attributes?: Readonly<Record<string, unknown>>
  /** It tells a failure as data, such as an event of its stream: the call has failed, and gave its answer all the same. */
  readonly hasFailed?: boolean
}

/** Describes a call to the seam. */
export interface CallOptions {
  readonly kind: EventKind
  /** Such as `openai/gpt-4o` or the name of a tool. Calls of another name are never served for it. */
  readonly name: string
  /** An id from recorded data, such as a toolCallId, that tells equal siblings apart. */
  readonly key?: string
  /**
   * All that affects the answer, and nothing that does not: no headers, signals, callbacks or run ids.
   * It is fingerprinted and, unless capture says otherwise, stored.
   */
  readonly request?: unknown
  readonly op?: 'generate' | 'stream'
  readonly model?: string
  readonly provider?: string
  readonly attributes?: Readonly<Record<string, unknown>>
  /** The caller's signal. A replayed call honours it as the real one would. */
  readonly signal?: AbortSignal
  /**
   * The call is recorded as a whole: calls beneath it pass through.
   *
   * @default true for llm, embedding, rerank and http
   */
  readonly leaf?: boolean
  /**
   * The function returns its value without a promise, so a miss is thrown at once.
   *
   * @default false
   */
  readonly sync?: boolean
  /**
   * How a replay treats this tool, unless its options say otherwise.
   *
   * @default 'serve'
   */
  readonly policy?: ToolPolicy
  /** For values that are stored in a form of their own. */
  readonly codec?: CallCodec
  /**
   * For a stream of bytes, as the body of a `Response`: what takes its place is one too, which can be read into
   * buffers. Says by what came with the opening how many bytes are read before the reader asks for any.
   */
  readonly byteStream?: (opening: unknown) => number
  /** Derives usage and attributes from the stored outcome. */
  readonly summarize?: (outcome: Outcome) => CallSummary
  /**
   * Whether a recorded outcome is no answer, but means that the function has to run again, such as an
   * interrupt that waits for a human. The calls it makes are served.
   */
  readonly runsAgain?: (outcome: Outcome) => boolean
  /** Why a recording may hold no call of this name, for the error that says so. */
  readonly missHint?: string
  /**
   * Whether a recorded outcome tells a failure, as the answer of a server may, after which clients try again. What
   * was thrown is one anyway.
   */
  readonly isFailure?: (outcome: Outcome) => boolean
  /**
   * How long a recorded failure asks to wait before the call is made again, in milliseconds: a timer of just that length
   * takes no time in a replay, as long as the call was made again.
   */
  readonly retryAfterMs?: (outcome: Outcome) => number | undefined
  /** Makes a replayed error as fit for the app as the real one was. */
  readonly reviveError?: (error: unknown) => unknown
}

/** A model's answer that holds a stream beside what came with its opening. */
export interface Streamed {
  readonly stream: ReadableStream
}

const LEAVES: ReadonlySet<EventKind> = new Set(['llm', 'embedding', 'rerank', 'http'])

export function isLeaf({ kind, leaf = LEAVES.has(kind) }: CallOptions): boolean {
  return leaf
}

// The app's values may throw as soon as they are looked at, such as a revoked Proxy or a getter named
// `then`. They are values like any other then.

/** How a recorded tool is treated: served, run for real, or run and compared with its recording. */
export type ToolPolicy = 'serve' | 'live' | 'compare'
