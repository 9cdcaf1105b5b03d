import { RetakeError } from '@retake/format'

/** The names of all options of a type, kept whole by the compiler. */
export type OptionNames<Options> = { readonly [Name in keyof Required<Options>]: true }

/**
 * Refuses options that there are not: a misspelt one would be without effect, and nobody would know.
 *
 * @param of what is given the options, as in `createRetake`.
 * @throws {RetakeError} `OPTION_INVALID`.
 */
export function refuseUnknown(
  options: object,
  known: Readonly<Record<string, true>>,
  of: string,
): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(known, name)) continue
    throw new RetakeError(
      'OPTION_INVALID',
      `${of} has no option ${JSON.stringify(name)}. It has ${Object.keys(known).join(', ')}.`,
      { option: name },
    )
  }
}
