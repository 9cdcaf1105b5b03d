import { defaultRetake, type Retake } from '@retake/core'

/** What a middleware is made with, resolved. */
export interface MiddlewareArguments<Options> {
  readonly retake: Retake
  readonly options: Options
}

/** Reads `middleware()`, `middleware(retake)`, `middleware(options)` and `middleware(retake, options)`. */
export function resolveMiddlewareArguments<Options extends object>(
  first: Retake | Options | undefined,
  second: Options | undefined,
): MiddlewareArguments<Options> {
  if (first === undefined || isRetake(first)) {
    return { retake: first ?? defaultRetake(), options: second ?? ({} as Options) }
  }
  return { retake: defaultRetake(), options: first }
}

// Not by its class, since an app may load two copies of this package.
function isRetake(value: object): value is Retake {
  return 'config' in value && 'session' in value
}
