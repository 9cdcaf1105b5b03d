import { writeCassetteFile } from '@retake/core/stores/cassette-files'
import { inspectCassette } from '../cassettes/inspect-cassette.ts'
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
  try {
    const { data, format, version, isCanonical, unusedBlobs, options } = inspectCassette(path)
    const problem = checkData(data, 'note').find(({ level }) => level === 'corrupt')
    if (problem) return { file, state: 'corrupt', message: `${file} ${problem.message}.` }
    if (format === 'newer') return { file, state: 'newer', message: `it has format ${version}` }
    if (format === 'current' && isCanonical && unusedBlobs.length === 0) {
      return { file, state: 'current' }
    }
    if (!isCheck) writeCassetteFile(path, data, options)
    return { file, state: 'rewritten', message: reasonOf(format, version, isCanonical) }
  } catch (error) {
    return { file, state: 'corrupt', message: unreadable(error).message }
  }
}

function reasonOf(format: string, version: number, isCanonical: boolean): string {
  if (format === 'older') return `from format ${version}`
  return isCanonical ? 'blobs that nothing refers to' : 'was not in the form in which it is written'
}
