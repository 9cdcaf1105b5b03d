/** A session in a format of another tool. */
export interface Exported {
  readonly text: string
  /** How many requests or spans the text holds. */
  readonly count: number
  /** What could not be carried over, one line each. */
  readonly notes: readonly string[]
}
