import type { EventKind } from '@retake/format'

/**
 * Calls made through the adapter under test, to a provider and a tool that answer otherwise every time.
 *
 * What they give is what the app gets to see, as plain data that can be compared. Only what is new in
 * every replay by its nature, such as the time at which something was received, is left out.
 */
export interface CallAdapter {
  /** How many calls have really reached the provider or the tool so far. */
  readonly calls: () => number
  /** One whole answer. */
  readonly generate: (prompt: string) => Promise<unknown>
  /** One answer of three parts or more. */
  readonly stream: (prompt: string, options: StreamOptions) => AsyncIterable<unknown>
  /** One call of a tool. */
  readonly callTool: (input: string) => Promise<unknown>
  /** One call that the provider refuses in a way that apps retry, such as status 429. */
  readonly refused: (prompt: string) => Promise<never>
  /** What has to be the same of a replayed error: what apps branch on, such as classes, codes and flags. */
  readonly describeError: (error: unknown) => unknown
  readonly events: {
    readonly generate: ExpectedEvent
    readonly stream: ExpectedEvent
    readonly tool: ExpectedEvent
  }
  /** Called when the test is over. */
  readonly close?: () => Promise<void>
}

export interface StreamOptions {
  readonly signal?: AbortSignal
}

/** How a call shows in the log of a session. */
export interface ExpectedEvent {
  readonly kind: EventKind
  readonly name: string
  /** Whether the provider tells how many tokens it took. */
  readonly hasUsage: boolean
}

/** One behaviour that all call adapters share. */
export type CallBehaviours = Readonly<Record<string, (adapter: CallAdapter) => Promise<void>>>
