import { createIgnore } from '@retake/format'
import { defaultRetake, type Retake } from '@retake/core'

/** What a middleware is made with, resolved. */
export interface MiddlewareArguments<Options> {
  readonly retake: Retake
  readonly options: Options
}

/** What is looked at of options. */
interface Checked {
  readonly replay?: { readonly ignore?: readonly string[] }
}

/**
 * Looks at options when a middleware is made: a bad one is an error at start, not at the first replay.
 *
 * @throws {RetakeError} `OPTION_INVALID`.
 */
export function checkOptions({ replay }: Checked): void {
  createIgnore(replay?.ignore)
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
