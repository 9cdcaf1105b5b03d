import type { EventRecord, EventState } from '../event.ts'
import { OUTCOME_FIELD, REQUEST_FIELD } from './event-line.ts'
import { invalidSession } from './journal-error.ts'
import { mergeOpened, type OpenedEvent } from './opened-event.ts'
import { readEventLine, readSpans } from './read-event.ts'
import type { TickSpan } from './tick-spans.ts'
import type { JournalSource } from './unread-text.ts'

// Shared by all copies of this package, like the content of events.
/** @see LineEvent */
export const LINE: unique symbol = Symbol.for('retake.line.v1')

/**
 * What orders an event, and the line that says the rest.
 *
 * @see docs/decisions/0060-events-are-read-when-looked-at.md
 */
export interface LineEvent extends Pick<EventRecord, 'type' | 'seq' | 'state'> {
  readonly parent: number | undefined
  /** Empty where it has to be worked out. */
  readonly fp: string | undefined
  readonly done: number | undefined
  readonly instant: EventRecord['instant'] | undefined
  readonly [LINE]: UnopenedLine
}

/** The line of an event of which nothing is read but what orders it. */
export interface UnopenedLine {
  /** The journal that it is a line of. */
  readonly text: string
  readonly start: number
  readonly end: number
  /** From 1. */
  readonly number: number
  readonly source: JournalSource
  /** It says what the call is, as against how it came out. */
  readonly isStart: boolean
  readonly hasOutcome: boolean
  /** The ticks by which the outcome is handed out, where `done` does not say so. */
  readonly spans: readonly TickSpan[] | undefined
  /** The line of its start, where it says how that came out. */
  readonly completes: UnopenedLine | undefined
  /** What it says, once somebody has looked. */
  event: OpenedEvent | undefined
}

/** Where a reader of a journal is. */
export interface LineCursor {
  readonly text: string
  readonly source: JournalSource
  /** Where the next line starts. */
  at: number
  /** Number of the next line, from 1. */
  number: number
  /** How many more lines may be read. */
  left: number
}

const CLOSE_OBJECT = 0x7d
const BEGINNING = '{"type":"event","layout":['

const { raw } = String
// Without escapes, so that what stands there is what it says.
const CHARS = raw`[^"\\\x00-\x1f]*`
const TEXT = `"${CHARS}"`
const ORDINAL = raw`[1-9]\d{0,14}`
// Below the highest one that is read back.
const TICK = raw`[1-9]\d{0,6}`
const COUNT = raw`(?:0|[1-9]\d*)`
const NUMBER = raw`${COUNT}(?:\.\d+)?`
const NEXT = raw`(?:,(?=")|(?=\}))`

const LAYOUT = raw`\{"type":"event","layout":\[(\d{1,9}),(\d{1,9})(?:,(\[[\d,[\]]*\]))?\]`
const SEQ = `,"seq":(${ORDINAL})`
const PLACE = raw`(?:,"parent":(${ORDINAL}))?,"kind":${TEXT},"name":${TEXT}(?:,"op":${TEXT})?,"path":${TEXT},"ord":${COUNT}(?:,"key":${TEXT})?`
const FINGERPRINT = `(?:,"fp":"(${CHARS})")?`
const STATE = ',"state":"(ok|error|aborted|pending)"'
const MODEL = `(?:,"model":${TEXT})?(?:,"provider":${TEXT})?`
const WHEN = raw`(?:,"done":(${TICK}))?(?:,"instant":\[(0|${TICK}),(\d|[1-9]\d{1,2})\])?(?:,"ms":${NUMBER})?`
const PRICE = raw`(?:,"usage":\{(?:${TEXT}:${COUNT}${NEXT}){0,32}\})?(?:,"costUsd":${NUMBER})?`
const ATTRIBUTES = raw`(?:,"attributes":\{(?:${TEXT}:(?:${TEXT}|${NUMBER}|true|false)${NEXT}){0,32}\})?`
const REDACTED = '(?:,"redacted":true)?'

// The start of a call, or all of it; and its outcome, each with its fields as they are written. What these match is
// JSON, and of the right types. They have few parts, since to compile one takes as long as to match a thousand lines,
// and repeat little, since a pattern that repeats much runs out of memory on a text from outside.
const STARTED = new RegExp(
  `${LAYOUT},"id":${TEXT}${SEQ}${PLACE}${FINGERPRINT},"startedAt":${TEXT}${STATE}${MODEL}${ATTRIBUTES}${WHEN}${PRICE}${REDACTED}`,
  'y',
)
const ENDED = new RegExp(`${LAYOUT}${SEQ}${WHEN}${STATE}${PRICE}${ATTRIBUTES}${REDACTED}`, 'y')

/**
 * Reads of an event what orders it, where its line is as this version writes it, and goes on to the next line. All
 * else is read when somebody looks.
 *
 * In one function: what is called for each line is compiled by V8 while a session is read, at some 0.3 ms apiece.
 *
 * @returns `undefined` when the line has to be read now.
 */
export function readOwnLine(cursor: LineCursor): LineEvent | undefined {
  const { text, at, number, source } = cursor
  if (cursor.left === 0) return undefined
  STARTED.lastIndex = ENDED.lastIndex = at
  const started = STARTED.exec(text)
  const found = started ?? (text.startsWith(BEGINNING, at) ? ENDED.exec(text) : null)
  if (found === null) return undefined
  const nextEnd = text.indexOf('\n', at)
  const end = nextEnd === -1 ? text.length : nextEnd
  const requested = Number(found[1])
  const answered = Number(found[2])
  const outcomeAt = answered === 0 ? end - 1 : end - 1 - answered - OUTCOME_FIELD.length
  const requestAt = requested === 0 ? outcomeAt : outcomeAt - requested - REQUEST_FIELD.length
  if (
    requestAt !== (started === null ? ENDED : STARTED).lastIndex ||
    (requested > 0 && !text.startsWith(REQUEST_FIELD, requestAt)) ||
    (answered > 0 && !text.startsWith(OUTCOME_FIELD, outcomeAt)) ||
    text.charCodeAt(end - 1) !== CLOSE_OBJECT
  ) {
    return undefined
  }
  cursor.at = end + 1
  cursor.number = number + 1
  cursor.left--
  const spans = answered === 0 ? undefined : found[3]
  const parent = started?.[5]
  const when = started === null ? 5 : 8
  const done = found[when]
  const after = found[when + 1]
  return {
    type: 'event',
    seq: Number(found[4]),
    parent: parent === undefined ? undefined : Number(parent),
    fp: started?.[6],
    state: found[started === null ? 8 : 7] as EventState,
    done: done === undefined ? undefined : Number(done),
    instant: after === undefined ? undefined : [Number(after), Number(found[when + 2])],
    [LINE]: {
      text,
      start: at,
      end,
      number,
      source,
      isStart: started !== null,
      hasOutcome: answered > 0,
      spans: spans === undefined ? undefined : readSpans(spans, source, number),
      completes: undefined,
      event: undefined,
    },
  }
}

/** One event out of two lines of it. What the later one says counts. */
export function mergeLines(started: LineEvent, ended: LineEvent): LineEvent {
  const [before, after] = [started[LINE], ended[LINE]]
  return {
    type: 'event',
    seq: started.seq,
    parent: ended.parent ?? started.parent,
    fp: ended.fp ?? started.fp,
    state: ended.state,
    done: ended.done ?? started.done,
    instant: ended.instant ?? started.instant,
    [LINE]: {
      ...after,
      isStart: true,
      hasOutcome: before.hasOutcome || after.hasOutcome,
      spans: after.hasOutcome ? after.spans : before.spans,
      completes: before,
      event: undefined,
    },
  }
}

/** Reads the line of an event but for its content, when it is first asked for. */
export function openLine(line: UnopenedLine): OpenedEvent {
  return (line.event ??= readUnopened(line))
}

function readUnopened({ text, start, end, source, number, completes }: UnopenedLine): OpenedEvent {
  const event = readEventLine(text.slice(start, end), source, number)
  if (event === undefined) {
    throw invalidSession({ ...source.place, line: number }, 'record', 'is not a record')
  }
  return completes === undefined ? event : mergeOpened(openLine(completes), event)
}
