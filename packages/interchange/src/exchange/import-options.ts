import type { Encoded, Outcome } from '@retake/format'

/** What was redacted, and whether that changed anything. */
interface Redacted<Value> {
  readonly value: Value
  readonly changed: boolean
}

/** Removes secrets from what is imported. What `createRedactor()` of @retake/redact gives is one. */
export interface ImportRedactor {
  /** Redacts a request, or another value as it is stored. */
  value(encoded: Encoded): Redacted<Encoded>
  /** Redacts what a call gave back. */
  outcome(outcome: Outcome): Redacted<Outcome>
  text(text: string): string
  /** Redacts the name of a call, a model or a service. */
  name(name: string): string
  /** Redacts a URL, or a path with its query. */
  url(url: string): string
  /** Keeps the headers of the session's own request that may be stored, names in lower case. */
  headers(headers: Iterable<readonly [name: string, value: string]>): Record<string, string>
}

export interface ImportOptions {
  /** Everything that is imported passes through it. It is not optional, as files of other tools hold credentials. */
  readonly redactor: ImportRedactor
  /** Name of the session that is made. By default it says what it was made of. */
  readonly name?: string
  /** When the session started: a time that `Date` can read. By default that of its first request, or now. */
  readonly startedAt?: string
  /** Request headers that count, as in the options of `retakeFetch`. */
  readonly countedHeaders?: readonly string[]
  /**
   * After how many days from now the session is not replayed any more.
   *
   * @default 30
   */
  readonly expiresAfterDays?: number
}
