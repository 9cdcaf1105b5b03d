import type { CompletionRecord, EventRecord, JournalRecord } from '../event.ts'
import {
  describeFault,
  isObject,
  type JsonLimits,
  MAX_JSON_DEPTH,
  MAX_JSON_VALUES,
  parseJson,
} from './bounded-json.ts'
import { invalidSession, type JournalPlace } from './journal-error.ts'
import { readEventLine, withoutLayout } from './read-event.ts'
import type { RecordedEvent } from './recorded-event.ts'
import { boundedBy, type Budget, type JournalSource } from './unread-text.ts'
import { isKnownRecord, recordProblem } from './validate.ts'

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

/** One record of a journal. The content of an event may still be text. */
export type ReadRecord =
  | Exclude<JournalRecord, EventRecord | CompletionRecord>
  | (RecordedEvent & { readonly type: 'event' })

/**
 * Reads the records of one journal. The first one is the session's header.
 *
 * @param budget what all files of the session may become.
 * @returns nothing when not even the header is whole.
 */
export function readLines(
  text: string,
  place: JournalPlace,
  { limits, budget }: { readonly limits: JournalLimits; readonly budget: Budget },
): readonly ReadRecord[] {
  const records: ReadRecord[] = []
  const source = { place, limits: boundedBy(limits.record, budget), budget }
  let lines = 0
  for (const { line, number, end } of wholeLines(text)) {
    if (++lines > limits.maxRecords) {
      const problem = `is one of more than ${limits.maxRecords} records`
      throw invalidSession({ ...place, line: number }, 'size', problem)
    }
    const event = records.length === 0 ? undefined : readEventLine(line, source, number)
    if (event !== undefined) {
      records.push(event)
      continue
    }
    const record = readWholeLine(line, source, number, () => isEmptyAt(text, end + 1))
    if (record === undefined) continue
    checkRecord(record, records.length === 0, place, number)
    if (isKnownRecord(record)) records.push(record as ReadRecord)
  }
  return records
}

// A line that was cut off is followed by nothing when its process died, and by an empty line when the write
// failed and the process went on.
function readWholeLine(
  line: string,
  { place, limits, budget }: JournalSource,
  number: number,
  isLast: () => boolean,
): unknown {
  const parsed = parseJson(line, boundedBy(limits, budget))
  if ('value' in parsed) {
    budget.maxValues -= parsed.values
    return withoutLayout(parsed.value)
  }
  if (parsed.fault === 'json' && isLast()) return undefined
  const problem = describeFault(parsed.fault, limits)
  throw invalidSession({ ...place, line: number }, parsed.fault, problem)
}

interface Line {
  readonly line: string
  /** From 1. */
  readonly number: number
  /** Where it ends in the text. */
  readonly end: number
}

// Lines that are not empty, one by one: a file may be nothing but hundreds of millions of line ends.
function* wholeLines(text: string): Generator<Line> {
  let number = 1
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === LF) number++
    if (isSpace(code)) continue
    const end = endOfLine(text, at)
    yield { line: text.slice(at, end), number, end }
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

function checkRecord(record: unknown, isFirst: boolean, place: JournalPlace, line: number): void {
  const fault = faultOf(record, isFirst, place.id)
  if (fault !== undefined) throw invalidSession({ ...place, line }, fault.reason, fault.problem)
}

function faultOf(
  record: unknown,
  isFirst: boolean,
  id: string,
): { readonly reason: string; readonly problem: string } | undefined {
  const isHeader = isObject(record) && record.type === 'session'
  if (isHeader && typeof record.v === 'number' && record.v > 1) {
    return { reason: 'version', problem: `was written by a newer version (format ${record.v})` }
  }
  const problem = recordProblem(record)
  if (problem !== undefined) return { reason: 'record', problem: `is not a record: ${problem}` }
  if (isFirst && !(isHeader && record.id === id)) {
    return { reason: 'header', problem: 'is not the header of this session' }
  }
  return !isFirst && isHeader ? { reason: 'header', problem: 'is a second header' } : undefined
}
