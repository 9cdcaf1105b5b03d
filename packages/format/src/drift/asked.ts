import type { RequestParts } from './request-parts.ts'
import type { Words } from './words.ts'

/** The slot that holds the instructions, where they tell recordings apart. */
export const INSTRUCTIONS = 'instructions'

/** A request, by its slots: their texts, and the words of these. */
export interface Asked extends Omit<RequestParts, 'history' | 'instructions'> {
  readonly slots: ReadonlyMap<string, string>
  /** Found when they are first asked for: most calls are known by their texts. */
  readonly words: () => ReadonlyMap<string, Words>
  /** Numbers of the messages that went before, which are kept once for all conversations of the place. */
  readonly history: readonly number[]
}

/** Recordings that ask the same, but for their settings: repeated questions, ensembles. */
export interface Group extends Asked {
  readonly id: number
  readonly members: readonly Member[]
}

/** One recording of a group. */
export interface Member {
  /** Its place among all recordings of the place, in start order. */
  readonly index: number
  readonly parameters: ReadonlyMap<string, string>
}
