import {
  describeFault,
  isObject,
  type JsonLimits,
  MAX_JSON_DEPTH,
  parseJson,
} from './bounded-json.ts'
import { ReplayInvalidSessionError } from '../errors.ts'
import type { JournalRecord } from '../event.ts'
import { isKnownRecord, recordProblem } from './validate.ts'

/** Where something is wrong. */
export interface JournalPlace {
  readonly id: string
  readonly file: string
  readonly line?: number
}

/** How much of a session is read. */
export interface JournalLimits {
  /** One record. */
  readonly record: JsonLimits
  /** All files of a session together, in UTF-16 code units. */
  readonly maxChars: number
}

/** Both sizes leave room below the longest string of V8, of about 2 ** 29 code units. */
export const JOURNAL_LIMITS: JournalLimits = {
  record: { maxChars: 2 ** 26, maxDepth: MAX_JSON_DEPTH },
  maxChars: 2 ** 28,
}

/**
 * Reads the records of one journal. The first one is the session's header.
 *
 * @returns nothing when not even the header is whole.
 */
export function readLines(
  text: string,
  place: JournalPlace,
  limits: JournalLimits,
): readonly JournalRecord[] {
  const lines = text.split('\n')
  const records: JournalRecord[] = []
  for (const [index, line] of lines.entries()) {
    if (isBlank(line)) continue
    const here = { ...place, line: index + 1 }
    const parsed = parseJson(line, limits.record)
    if ('fault' in parsed) {
      if (parsed.fault === 'json' && isBlank(lines[index + 1])) continue
      throw invalidSession(here, parsed.fault, describeFault(parsed.fault, limits.record))
    }
    checkRecord(parsed.value, records.length === 0, here)
    if (isKnownRecord(parsed.value)) records.push(parsed.value as JournalRecord)
  }
  return records
}

/** The error of a session that cannot be read. `problem` ends the sentence "The file …". */
export function invalidSession(
  { id, file, line }: JournalPlace,
  reason: string,
  problem: string,
): ReplayInvalidSessionError {
  const where = line === undefined ? file : `${file}, line ${line},`
  const wayOut = reason === 'version' ? 'Update Retake' : 'Remove it and record it again'
  return new ReplayInvalidSessionError(
    `Session "${id}" cannot be read: ${where} ${problem}. ${wayOut}.`,
    { sessionId: id, file, line, reason },
  )
}

// A line that is not whole is followed by nothing when its process died, and by an empty line when
// the write failed and the process went on.
function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === ''
}

function checkRecord(record: unknown, isFirst: boolean, place: JournalPlace): void {
  const isHeader = isObject(record) && record.type === 'session'
  if (isHeader && typeof record.v === 'number' && record.v > 1) {
    throw invalidSession(place, 'version', `was written by a newer version (format ${record.v})`)
  }
  const problem = recordProblem(record)
  if (problem !== undefined) throw invalidSession(place, 'record', `is not a record: ${problem}`)
  if (isFirst && !(isHeader && record.id === place.id)) {
    throw invalidSession(place, 'header', 'is not the header of this session')
  }
  if (!isFirst && isHeader) throw invalidSession(place, 'header', 'is a second header')
}
