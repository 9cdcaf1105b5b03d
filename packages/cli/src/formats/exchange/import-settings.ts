import { createRetake, type RedactOptions, type Retake } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'

export interface ImportOptions {
  /** Name of the session that is made. By default it says what it was made of. */
  readonly name?: string
  /** When the session started: a time that `Date` can read. By default that of its first request, or now. */
  readonly startedAt?: string
  /** What is removed besides credentials. */
  readonly redact?: RedactOptions
  /** Request headers that count, as in the options of `retakeFetch`. */
  readonly countedHeaders?: readonly string[]
}

/** What an import needs of the configuration of a process that records. */
export type ImportSettings = Pick<Retake['config'], 'redactor' | 'expiresAfterDays'>

/** The settings by which a process of these options would record. */
export function importSettings({ redact }: ImportOptions): ImportSettings {
  const store = createMemoryStore()
  const { config } = createRetake({ store, log: false, ...(redact && { redact }) })
  return { redactor: config.redactor, expiresAfterDays: config.expiresAfterDays }
}
