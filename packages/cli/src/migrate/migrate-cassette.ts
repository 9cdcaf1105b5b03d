import { writeCassetteFile } from '@retake/core/stores/cassette-files'
import { type Inspection, inspectCassette } from '../cassettes/inspect-cassette.ts'
import { checkData, unreadable } from '../verify/check-data.ts'

/** What became of one cassette. */
export interface Migrated {
  readonly file: string
  /**
   * `current`: nothing to do. `rewritten`: done, or to be done when it is only told. `newer`: by a newer version,
   * left alone. `corrupt`: left alone.
   */
  readonly state: 'current' | 'rewritten' | 'newer' | 'corrupt'
  /** Why. */
  readonly message?: string
}

/**
 * Brings a cassette to the form in which it would be written now. What cannot be trusted is left as it is.
 *
 * @param isCheck writes nothing.
 */
export function migrateCassette(path: string, file: string, isCheck: boolean): Migrated {
  const inspected = inspect(path, file)
  if ('state' in inspected) return inspected
  const { data, format, version, isCanonical, unusedBlobs, options } = inspected
  if (format === 'newer') return { file, state: 'newer', message: `it has format ${version}` }
  if (format === 'current' && isCanonical && unusedBlobs.length === 0) {
    return { file, state: 'current' }
  }
  if (!isCheck) writeCassetteFile(path, data, options)
  return { file, state: 'rewritten', message: reasonOf(format, version, isCanonical) }
}

function inspect(path: string, file: string): Inspection | Migrated {
  try {
    const inspection = inspectCassette(path)
    const problem = checkData(inspection.data, 'note').find(({ level }) => level === 'corrupt')
    if (problem === undefined) return inspection
    return { file, state: 'corrupt', message: `${file} ${problem.message}.` }
  } catch (error) {
    return { file, state: 'corrupt', message: unreadable(error).message }
  }
}

function reasonOf(format: string, version: number, isCanonical: boolean): string {
  if (format === 'older') return `from format ${version}`
  return isCanonical ? 'blobs that nothing refers to' : 'was not in the form in which it is written'
}
