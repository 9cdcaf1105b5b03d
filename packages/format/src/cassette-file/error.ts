import { ReplayInvalidSessionError } from '@retake/format'

/** Why a cassette is not read. */
export type CassetteFault =
  | 'size'
  | 'depth'
  | 'values'
  | 'json'
  | 'conflict'
  | 'format'
  | 'version'
  | 'entry'
  | 'blob'

const WAY_OUT: Partial<Record<CassetteFault, string>> = {
  version: 'Update Retake.',
  conflict: 'Take one side, or record it again.',
}

/** The error of a cassette that cannot be read. `fault` ends the sentence "The cassette cannot be read: …". */
export function invalidCassette(reason: CassetteFault, fault: string): ReplayInvalidSessionError {
  const wayOut = WAY_OUT[reason] ?? 'Restore it from version control, or record it again.'
  return new ReplayInvalidSessionError(`The cassette cannot be read: ${fault}. ${wayOut}`, {
    reason,
  })
}
