import type { CompletionRecord, EventRecord, Outcome } from '../event.ts'
import { CHECKED, type Checked } from './checked.ts'
import { ownHead, type Layout } from './own-head.ts'
import { spansBesideDone } from './tick-spans.ts'

/** A line of an event, whose content is still text. */
export interface SplitLine {
  /** JSON of all but the content. */
  readonly head: string
  /** Empty when there is none. */
  readonly request: string
  /** Empty when there is none. */
  readonly outcome: string
  /** JSON of the ticks by which the outcome is handed out, where `done` does not say so. */
  readonly spans: string | undefined
}

const START = '{"type":"event",'
const LAYOUT = /^\{"type":"event","layout":\[(\d{1,9}),(\d{1,9})(?:,(\[[\d,[\]]*\]))?\],/
/** What stands before a request in its line. */
export const REQUEST_FIELD = ',"request":'
/** What stands before an outcome in its line. */
export const OUTCOME_FIELD = ',"outcome":'
// To keep less than this as text takes longer than to parse it.
const MIN_CHARS = 256

/**
 * The JSON of an event, with its content last, so that a reader may leave it for later.
 *
 * @see docs/decisions/0038-content-is-read-when-served.md
 */
export function formatEvent(record: EventRecord | CompletionRecord): string {
  const { request, outcome } = record as EventRecord
  if (request === undefined && outcome === undefined) return headOf(record, undefined)
  const requested = request === undefined ? '' : JSON.stringify(request)
  const answered = outcome === undefined ? '' : JSON.stringify(outcome)
  const isShort = requested.length + answered.length < MIN_CHARS
  const head = headOf(record, isShort ? undefined : layoutOf(requested, answered, outcome))
  return `${head.slice(0, -1)}${field(REQUEST_FIELD, requested)}${field(OUTCOME_FIELD, answered)}}`
}

/** Takes a line apart without parsing its content; `undefined` when it does not say where that lies. */
export function splitLine(line: string): SplitLine | undefined {
  const [start, requested, answered, spans] = LAYOUT.exec(line) ?? []
  if (start === undefined || !line.endsWith('}')) return undefined
  const end = line.length - 1
  const outcomeAt = startOf(line, OUTCOME_FIELD, Number(answered), end)
  const requestAt = startOf(line, REQUEST_FIELD, Number(requested), outcomeAt)
  if (requestAt < start.length) return undefined
  return {
    head: `${START}${line.slice(start.length, requestAt)}}`,
    request: line.slice(requestAt + REQUEST_FIELD.length, outcomeAt),
    outcome: line.slice(outcomeAt + OUTCOME_FIELD.length, end),
    spans,
  }
}

function headOf(record: EventRecord | CompletionRecord, layout: Layout | undefined): string {
  if ((record as Checked)[CHECKED] === true) return ownHead(record, layout)
  // Who wrote it may have written fields that this version does not know.
  const { type, ...fields } = record
  return JSON.stringify({ type, layout, ...fields, request: undefined, outcome: undefined })
}

function layoutOf(requested: string, answered: string, outcome: Outcome = {}): Layout {
  const spans = spansBesideDone(outcome)
  const lengths = [requested.length, answered.length] as const
  return spans === undefined ? lengths : [...lengths, spans]
}

function field(name: string, text: string): string {
  return text === '' ? '' : name + text
}

// Where a field of that length starts that ends there; before the line, when it is not there. A quote inside of
// a string is escaped, so that what reads as the name of a field is one.
function startOf(line: string, name: string, length: number, end: number): number {
  if (length === 0) return end
  const start = end - length - name.length
  return start > 0 && line.startsWith(name, start) ? start : -1
}
