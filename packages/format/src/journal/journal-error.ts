import { ReplayInvalidSessionError } from '../errors.ts'

/** Where something is wrong. */
export interface JournalPlace {
  readonly id: string
  readonly file: string
  readonly line?: number
}

/** The error of a session that cannot be read. `fault` ends the sentence "The file …". */
export function invalidSession(
  { id, file, line }: JournalPlace,
  reason: string,
  fault: string,
): ReplayInvalidSessionError {
  const where = line === undefined ? file : `${file}, line ${line},`
  const wayOut = reason === 'version' ? 'Update Retake' : 'Remove it and record it again'
  return new ReplayInvalidSessionError(
    `Session "${id}" cannot be read: ${where} ${fault}. ${wayOut}.`,
    { sessionId: id, file, line, reason },
  )
}
