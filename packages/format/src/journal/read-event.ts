import { isObject, parseJson } from './bounded-json.ts'
import { splitLine, type SplitLine } from './event-line.ts'
import { invalidSession } from './journal-error.ts'
import { type OpenedEvent, OUTCOME, REQUEST } from './opened-event.ts'
import type { TickSpan } from './tick-spans.ts'
import { boundedBy, type JournalSource, type UnreadText } from './unread-text.ts'
import { isIndexable, spansFault } from './validate.ts'

type Writable = { -readonly [Name in keyof OpenedEvent]: OpenedEvent[Name] }

/**
 * Reads the line of an event, but for its content. The rest is checked with it, when somebody looks.
 *
 * @returns `undefined` when the line has to be read whole.
 */
export function readEventLine(
  line: string,
  source: JournalSource,
  number: number,
): OpenedEvent | undefined {
  if (line.length > source.limits.maxChars) return undefined
  const split = splitLine(line)
  const head = split && readHead(split, source)
  if (split === undefined || head === undefined) return undefined
  const { request, outcome, spans } = split
  if (request !== '') head[REQUEST] = unreadText(request, source, number)
  if (outcome !== '') {
    const known = spans === undefined ? undefined : readSpans(spans, source, number)
    head[OUTCOME] = unreadText(outcome, source, number, known)
  }
  return head
}

/** A record without what only its line needs. */
export function withoutLayout(record: unknown): unknown {
  if (!isObject(record) || record.type !== 'event' || !Object.hasOwn(record, 'layout'))
    return record
  const { layout: _layout, ...rest } = record
  return rest
}

// Keys may come twice, and the last one counts: what is not as it is written is read whole.
function readHead({ head }: SplitLine, { limits, budget }: JournalSource): Writable | undefined {
  const parsed = parseJson(head, boundedBy(limits, budget))
  if ('fault' in parsed || !isObject(parsed.value)) return undefined
  const { value } = parsed
  if (value.type !== 'event' || value.layout !== undefined) return undefined
  if (value.request !== undefined || value.outcome !== undefined) return undefined
  if (!isIndexable(value)) return undefined
  budget.maxValues -= parsed.values
  return value as unknown as Writable
}

function unreadText(
  text: string,
  source: JournalSource,
  line: number,
  spans?: readonly TickSpan[],
): UnreadText {
  return { text, value: undefined, source, line, spans }
}

/** @throws {ReplayInvalidSessionError} when they are not spans of ticks. */
export function readSpans(
  text: string,
  { place, limits }: JournalSource,
  line: number,
): readonly TickSpan[] {
  const parsed = parseJson(text, limits)
  const spans = 'value' in parsed ? parsed.value : undefined
  const fault = spansFault(spans)
  if (fault === undefined) return spans as readonly TickSpan[]
  throw invalidSession({ ...place, line }, 'record', `is not a record: layout${fault}`)
}
