import type { Fault } from './fault.ts'

/** What the provider does with a call instead of making up an answer. */
export type PlannedResponse =
  | PlannedAnswer
  | PlannedFault
  | Interruption
  | ({ readonly type: 'recorded' } & RecordedResponse)

/** An answer as usual, or with the given text or tool calls. */
export interface PlannedAnswer {
  readonly type: 'answer'
  readonly text?: string
  readonly toolCalls?: readonly { readonly name: string; readonly input: unknown }[]
}

/** 429, 500 or 401, with the error body of the format. */
interface PlannedFault {
  readonly type: Extract<Fault, 'rate-limit' | 'server-error' | 'unauthorized'>
  /** Value of `Retry-After`. By default there is none, and SDKs wait as they see fit. */
  readonly retryAfterSeconds?: number
}

/** An answer that goes wrong on its way: a stream in its middle, all else before anything is sent. */
export interface Interruption {
  /**
   * - `reset`: the connection breaks.
   * - `hang`: nothing more comes, and the connection stays open.
   * - `malformed`: JSON that breaks off. A stream goes on after it.
   * - `overloaded`: the error event of the format; not in a stream, its status (529 or 503).
   */
  readonly type: 'reset' | 'hang' | 'malformed' | 'overloaded'
  /**
   * How much of a stream is sent before.
   *
   * @default 4
   */
  readonly afterEvents?: number
}

/** What a real provider once answered: the payloads of server-sent events, a body, or all of it as it was sent. */
export type RecordedResponse =
  | { readonly events: readonly string[] }
  | { readonly json: unknown }
  | SentResponse

/** An answer as it was sent. It gets no headers but its media type. */
export interface SentResponse {
  readonly mediaType: string
  /** The body, cut as it is to be written. */
  readonly chunks: readonly (string | Uint8Array)[]
  /** @default 200 */
  readonly status?: number
}

export interface Plan {
  add(responses: readonly PlannedResponse[]): void
  /** What to do with the call that has just arrived. */
  next(): PlannedResponse
}

/** Planned responses go first, one for each call; then the corpus, in turn and over again. */
export function createPlan(corpus: readonly RecordedResponse[] = []): Plan {
  const queue: PlannedResponse[] = []
  let served = 0

  function next(): PlannedResponse {
    const planned = queue.shift()
    if (planned !== undefined) return planned
    const recorded = corpus[served++ % corpus.length]
    return recorded ? { type: 'recorded', ...recorded } : { type: 'answer' }
  }

  return { add: (responses) => void queue.push(...responses), next }
}
