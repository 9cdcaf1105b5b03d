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
import { type LineCursor, readOwnLine } from './own-line.ts'
import { readEventLine, withoutLayout } from './read-event.ts'
import type { RecordedEvent } from './recorded-event.ts'
import { boundedBy, type Budget, type JournalSource } from './unread-text.ts'
import { isKnownRecord, recordFault } from './validate.ts'

/** How much of a session is read. */
export interface JournalLimits {
  /** One record. */
  readonly record: JsonLimits
  /** All files of a session together, in UTF-16 code units. */
  readonly maxChars: number
  /** Records of one file. */
  readonly maxRecords: number
  /** Of a longer file only what orders its events is read at first. That has a price, and a shorter one is below it. */
  readonly maxEagerChars: number
}

/** Both sizes leave room below the longest string of V8, of about 2 ** 29 code units. */
export const JOURNAL_LIMITS: JournalLimits = {
  record: { maxChars: 2 ** 26, maxDepth: MAX_JSON_DEPTH, maxValues: MAX_JSON_VALUES },
  maxChars: 2 ** 28,
  maxRecords: 2 ** 21,
  maxEagerChars: 2 ** 17,
}

const LF = 0x0a

/** The records of one journal, in the order in which they were written. */
export interface JournalRecords {
  /** Of which nobody may have looked at all yet. */
  readonly events: readonly RecordedEvent[]
  /** All others. The first one is the session's header; there are none when not even that is whole. */
  readonly others: readonly OtherRecord[]
}

type OtherRecord = Exclude<JournalRecord, EventRecord | CompletionRecord>

/**
 * Reads the records of one journal.
 *
 * @param budget what all files of the session may become.
 */
export function readLines(
  text: string,
  place: JournalPlace,
  { limits, budget }: { readonly limits: JournalLimits; readonly budget: Budget },
): JournalRecords {
  const events: RecordedEvent[] = []
  const others: OtherRecord[] = []
  const source = { place, limits: boundedBy(limits.record, budget), budget }
  const cursor = { text, source, at: 0, number: 1, left: limits.maxRecords }
  // Where values are counted, or a line may be too long, all is looked at.
  const isBounded = text.length <= limits.record.maxChars && !Number.isFinite(budget.maxValues)
  const isLazy = isBounded && text.length > limits.maxEagerChars
  for (;;) {
    const isFirst = others.length === 0
    if (isLazy && !isFirst) readOwnLines(cursor, events)
    const next = nextLine(cursor)
    if (next === undefined) return { events, others }
    const { line, number, end } = next
    if (cursor.left-- === 0) {
      const fault = `is one of more than ${limits.maxRecords} records`
      throw invalidSession({ ...place, line: number }, 'size', fault)
    }
    const event = isFirst ? undefined : readEventLine(line, source, number)
    if (event !== undefined) {
      events.push(event)
      continue
    }
    const record = readWholeLine(line, source, number, () => isEmptyAt(text, end + 1))
    if (record === undefined) continue
    checkRecord(record, isFirst, place, number)
    if (isEvent(record)) events.push(record)
    else if (isKnownRecord(record)) others.push(record as OtherRecord)
  }
}

// As long as there are such lines. V8 compiles a loop while it runs, with all that is in it: a long one costs more
// than to read the lines.
function readOwnLines(cursor: LineCursor, events: RecordedEvent[]): void {
  for (let event = readOwnLine(cursor); event; event = readOwnLine(cursor)) events.push(event)
}

function isEvent(record: unknown): record is EventRecord {
  return isObject(record) && record.type === 'event'
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
  const fault = describeFault(parsed.fault, limits)
  throw invalidSession({ ...place, line: number }, parsed.fault, fault)
}

interface Line {
  readonly line: string
  /** From 1. */
  readonly number: number
  /** Where it ends in the text. */
  readonly end: number
}

// Of lines that are not empty, one by one: a file may be nothing but hundreds of millions of line ends.
function nextLine(cursor: LineCursor): Line | undefined {
  const { text } = cursor
  for (let { at } = cursor; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === LF) cursor.number++
    if (isSpace(code)) continue
    const found = text.indexOf('\n', at)
    const end = found === -1 ? text.length : found
    cursor.at = end + 1
    return { line: text.slice(at, end), number: cursor.number++, end }
  }
  cursor.at = text.length
  return undefined
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
  if (fault !== undefined) throw invalidSession({ ...place, line }, fault.reason, fault.what)
}

function faultOf(
  record: unknown,
  isFirst: boolean,
  id: string,
): { readonly reason: string; readonly what: string } | undefined {
  const isHeader = isObject(record) && record.type === 'session'
  if (isHeader && typeof record.v === 'number' && record.v > 1) {
    return { reason: 'version', what: `was written by a newer version (format ${record.v})` }
  }
  const fault = recordFault(record)
  if (fault !== undefined) return { reason: 'record', what: `is not a record: ${fault}` }
  if (isFirst && !(isHeader && record.id === id)) {
    return { reason: 'header', what: 'is not the header of this session' }
  }
  return !isFirst && isHeader ? { reason: 'header', what: 'is a second header' } : undefined
}
