import type { ReplayOptions, RetakeOptions } from '@retake/core'
import type { Mode } from './mode.ts'

/** The options of `createTest`. */
export interface TestOptions {
  /**
   * What tests do where neither `RETAKE_MODE` nor `--retake` says so.
   *
   * @default 'auto'
   */
  readonly mode?: Mode
  /**
   * How cassettes are replayed. By default strictly: a request that differs is a miss, and a recording that nobody
   * asks for fails the test.
   */
  readonly replay?: Omit<ReplayOptions, 'onMiss' | 'until'>
  /** How tests are recorded: what is left out, what calls cost, which globals are virtual. */
  readonly retake?: Pick<
    RetakeOptions,
    | 'service'
    | 'capture'
    | 'fields'
    | 'redact'
    | 'price'
    | 'virtualize'
    | 'maxStreamChars'
    | 'drainMs'
    | 'log'
  >
}
