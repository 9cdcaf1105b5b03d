import { ReplayInvalidSessionError } from '@retake/format'

/** Names of the formats, as messages say them. */
const TITLES = {
  har: 'HAR 1.2',
  vcrpy: 'a vcrpy cassette',
  nock: 'a nock recording',
  otel: 'OpenTelemetry traces in JSON',
} as const

/** A format of another tool. */
export type FormatName = keyof typeof TITLES

/**
 * The error for text that is not of its format.
 *
 * @param where such as `log.entries[2].response.status`; empty for the whole text.
 * @param what is wrong, as the end of a sentence that begins with `where`. Repeats no values, since they may be secret.
 */
export function formatError(
  format: FormatName,
  where: string,
  what: string,
): ReplayInvalidSessionError {
  const subject = where === '' ? 'It' : where
  return new ReplayInvalidSessionError(
    `The text cannot be read as ${TITLES[format]}: ${subject} ${what}.`,
    { reason: 'format', format, where, problem: `${subject} ${what}` },
  )
}
