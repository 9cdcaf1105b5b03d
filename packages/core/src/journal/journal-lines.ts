import {
  describeFault,
  isObject,
  type JsonLimits,
  MAX_JSON_DEPTH,
  MAX_JSON_VALUES,
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
  /** Records of one file. */
  readonly maxRecords: number
}

/** Both sizes leave room below the longest string of V8, of about 2 ** 29 code units. */
export const JOURNAL_LIMITS: JournalLimits = {
  record: { maxChars: 2 ** 26, maxDepth: MAX_JSON_DEPTH, maxValues: MAX_JSON_VALUES },
  maxChars: 2 ** 28,
  maxRecords: 2 ** 21,
}

const LF = 0x0a

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
  const records: JournalRecord[] = []
  let lines = 0
  let { maxValues } = limits.record
  for (const { line, number, isLast } of wholeLines(text)) {
    const here = { ...place, line: number }
    if (++lines > limits.maxRecords) {
      throw invalidSession(here, 'size', `is one of more than ${limits.maxRecords} records`)
    }
    const parsed = parseJson(line, { ...limits.record, maxValues })
    if ('fault' in parsed) {
      // It is followed by nothing when its process died, and by an empty line when the write failed and
      // the process went on.
      if (parsed.fault === 'json' && isLast) continue
      throw invalidSession(here, parsed.fault, describeFault(parsed.fault, limits.record))
    }
    // What all lines become together is bounded, too.
    maxValues -= parsed.values
    checkRecord(parsed.value, records.length === 0, here)
    if (isKnownRecord(parsed.value)) records.push(parsed.value as JournalRecord)
  }
  return records
}

interface Line {
  readonly line: string
  /** From 1. */
  readonly number: number
  /** Nothing or an empty line follows: it may have been cut off. */
  readonly isLast: boolean
}

// Lines that are not empty, one by one: a file may be nothing but hundreds of millions of line ends.
function* wholeLines(text: string): Generator<Line> {
  let number = 1
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === LF) number++
    if (isSpace(code)) continue
    const end = endOfLine(text, at)
    yield { line: text.slice(at, end), number, isLast: isEmptyAt(text, end + 1) }
    at = end - 1
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

function isEmptyAt(text: string, from: number): boolean {
  let at = from
  while (text.charCodeAt(at) !== LF && isSpace(text.charCodeAt(at))) at++
  return at >= text.length || text.charCodeAt(at) === LF
}

// Of JSON.
function isSpace(code: number): boolean {
  return code === LF || code === 0x20 || code === 0x0d || code === 0x09
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
