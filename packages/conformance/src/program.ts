import type { Latency } from './provider.ts'

/** One model call. */
export interface Ask {
  readonly type: 'ask'
  readonly prompt: string
  readonly latency: Latency
  readonly fails?: boolean
  /** The provider does not listen to the signal. */
  readonly isDeaf?: boolean
}

/** One answer in parts, of which the first `take` are read. `shape` is what the provider gives. */
export interface Read {
  readonly type: 'read'
  readonly shape: 'stream' | 'iterable'
  readonly prompt: string
  readonly gaps: readonly Latency[]
  readonly take: number
  readonly isDeaf?: boolean
}

/** A small agent: what it calls, in which order, and what it does with the answers. */
export type Program =
  | Ask
  | Read
  | { readonly type: 'sleep'; readonly ms: number }
  | { readonly type: 'effect'; readonly name: 'now' | 'random' | 'uuid' | 'charge' }
  | { readonly type: 'sequence' | 'parallel'; readonly steps: readonly Program[] }
  /** The first one to come wins; with `hangs` there is one more that never comes. */
  | { readonly type: 'race'; readonly steps: readonly Program[]; readonly hangs: boolean }
  | { readonly type: 'tool'; readonly name: string; readonly step: Program }
  /** Asks the same again until it is answered. */
  | { readonly type: 'retry'; readonly ask: Ask; readonly failures: number }
  | { readonly type: 'branch'; readonly ask: Ask; readonly steps: readonly Program[] }
  /** Repeats `step` as often as the answer says. */
  | { readonly type: 'loop'; readonly ask: Ask; readonly step: Program }
  | { readonly type: 'scope'; readonly key: string; readonly step: Program }
  /** Aborts `step` after `ms`. */
  | { readonly type: 'deadline'; readonly ms: number; readonly step: Program }
  /** Goes on when `step` fails. */
  | { readonly type: 'attempt'; readonly step: Program }

/** The programs of one type. */
export type ProgramOf<Type extends Program['type']> = Extract<Program, { readonly type: Type }>
