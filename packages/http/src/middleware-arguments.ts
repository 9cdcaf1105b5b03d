import { createIgnore, RetakeError } from '@retake/format'
import { defaultRetake, type Retake } from '@retake/core'
import { refuseUnknown, type OptionNames } from '@retake/core/host'
import type { HttpOptions } from './http-options.ts'

/** What a middleware is made with, resolved. */
export interface MiddlewareArguments<Options> {
  readonly retake: Retake
  readonly options: Options
}

const OPTIONS: OptionNames<HttpOptions> = {
  trustSession: true,
  replay: true,
  describe: true,
  skip: true,
}

const REPLAY_OPTIONS: OptionNames<NonNullable<HttpOptions['replay']>> = {
  authorize: true,
  origins: true,
  onLeftover: true,
  tools: true,
  timing: true,
  stallMs: true,
  abortGraceMs: true,
  ignore: true,
  advice: true,
}

/** What is looked at of options. */
type Checked = Pick<HttpOptions<never>, 'replay'>

/**
 * Looks at options when a middleware is made: a bad one is an error at start, not at the first replay.
 *
 * @param more names of options that not all middlewares have.
 * @throws {RetakeError} `OPTION_INVALID`.
 */
export function checkOptions(options: Checked, more: Readonly<Record<string, true>> = {}): void {
  if ('retake' in options && !('retake' in more)) {
    throw new RetakeError(
      'OPTION_INVALID',
      'The instance comes first, and its options second: retakeMiddleware(retake, options).',
    )
  }
  refuseUnknown(options, { ...OPTIONS, ...more }, 'The middleware')
  refuseUnknown(options.replay ?? {}, REPLAY_OPTIONS, 'replay')
  createIgnore(options.replay?.ignore)
}

/** Reads `middleware()`, `middleware(retake)`, `middleware(options)` and `middleware(retake, options)`. */
export function resolveMiddlewareArguments<Options extends Checked>(
  first: Retake | Options | undefined,
  second: Options | undefined,
): MiddlewareArguments<Options> {
  const isInstance = first === undefined || isRetake(first)
  const options = isInstance ? (second ?? ({} as Options)) : first
  checkOptions(options)
  return { retake: isInstance ? (first ?? defaultRetake()) : defaultRetake(), options }
}

// Not by its class, since an app may load two copies of this package.
function isRetake(value: object): value is Retake {
  return 'config' in value && 'session' in value
}
