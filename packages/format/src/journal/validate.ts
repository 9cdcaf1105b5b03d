import { isObject } from './bounded-json.ts'
import {
  amount,
  type Check,
  count,
  type Fields,
  list,
  listOf,
  marked,
  must,
  object,
  oneOf,
  optional,
  ordinal,
  required,
  shape,
  text,
  time,
  valuesOf,
} from './checks.ts'
import { EVENT_KINDS } from '../event-kinds.ts'
import { MAX_ROUNDS } from '../ticks.ts'

const seed = must(
  'be a whole number of at most 53 bits',
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
)
const kind = oneOf(EVENT_KINDS.join(' '))
const state = oneOf('ok error aborted pending')
const streamEnd = oneOf('complete error cancelled aborted abandoned')
const capture = oneOf('full redacted metadata off')
const endState = oneOf('success failure indeterminate')

// Answers are handed out by counting along these numbers: a hostile one would take for ever.
/** Highest completion tick that is read back. */
export const MAX_TICK: number = 2 ** 25
const isTick = (value: unknown) => count(value) === undefined && Number(value) <= MAX_TICK
// Of a stream that was aborted before anything had completed, earlier versions wrote 0.
const done = must(`be a whole number up to ${MAX_TICK}`, isTick)
const run = must(
  `be two whole numbers up to ${MAX_TICK}`,
  (value) => Array.isArray(value) && value.length === 2 && value.every(isTick),
)
const span = must(
  `be a first tick and a number of ticks up to ${MAX_TICK}`,
  (value) => run(value) === undefined && isTick(sum(value as readonly number[])),
)
const rising = must('rise', (value) => isRising(value as readonly Run[], () => 1))
const ticks: Check = (value) => listOf(run)(value) ?? rising(value)

const instant = must(
  `be a whole number up to ${MAX_TICK} and one up to ${MAX_ROUNDS}`,
  (value) =>
    Array.isArray(value) && value.length === 2 && value.every(isTick) && value[1] <= MAX_ROUNDS,
)

const instantRun = must(
  `be a moment, a number of moments, of rounds up to ${MAX_ROUNDS}, and of ticks`,
  (value) =>
    Array.isArray(value) &&
    value.length === 4 &&
    value.every(isTick) &&
    value[1] > 0 &&
    value[2] <= MAX_ROUNDS,
)
const apart = must('rise', (value) => isRising(value as readonly Run[], ([, count]) => count))
const instants: Check = (value) => listOf(instantRun)(value) ?? apart(value)

const usage = shape(
  optional(amount, 'inputTokens', 'outputTokens', 'cachedInputTokens', 'reasoningTokens'),
)

const stream = shape({
  parts: list,
  end: streamEnd,
  ...optional(ticks, 'ticks'),
  ...optional(instants, 'instant'),
  ...optional(listOf(amount), 'ms'),
  ...optional(amount, 'openMs'),
  ...optional(marked, 'endSeen', 'truncated', 'iterable', 'bytes'),
})

const read = shape({ size: count, ...optional(text, 'hash'), ...optional(marked, 'ended') })

const outcome = shape({
  ...optional(stream, 'stream'),
  ...optional(marked, 'sync'),
  ...optional(count, 'abortIgnored'),
  ...optional(listOf(read), 'read'),
})
const headers = valuesOf(text)
const inbound = shape({
  method: text,
  url: text,
  headers,
  ...optional(text, 'bodyWithheld'),
  ...optional(marked, 'bodyParsed'),
})
const outbound = shape({ status: count, headers, ...optional(text, 'bodyWithheld') })
const fork = shape({ session: text, ...optional(count, 'forkAt') })
const served = shape({ seq: ordinal, tier: text })
const kinds = valuesOf(count)
/** What the totals of a session must be. */
export const totals: Check = shape({ events: count, kinds, errors: count, usage, costUsd: amount })

const described: Fields = {
  ...optional(text, 'name', 'agent', 'goal', 'service', 'host', 'replayOf'),
  ...optional(listOf(text), 'tags'),
  ...optional(object, 'metadata'),
  ...optional(capture, 'capture'),
  ...optional(fork, 'parent'),
  ...optional(inbound, 'request'),
  ...optional(outbound, 'response'),
  ...optional(time, 'expiresAt'),
}

const completed: Fields = {
  seq: ordinal,
  state,
  ...optional(done, 'done'),
  ...optional(instant, 'instant'),
  ...optional(amount, 'ms', 'costUsd'),
  ...optional(outcome, 'outcome'),
  ...optional(usage, 'usage'),
  ...optional(object, 'attributes'),
  ...optional(marked, 'redacted'),
  ...optional(text, 'withheld'),
}

const started: Fields = {
  ...completed,
  ...required(text, 'id', 'name', 'path'),
  kind,
  ord: count,
  startedAt: time,
  ...optional(ordinal, 'parent'),
  ...optional(oneOf('generate stream'), 'op'),
  ...optional(text, 'key', 'fp', 'model', 'provider', 'writer', 'service', 'hop'),
  ...optional(served, 'served'),
  ...optional(marked, 'after'),
}

const v = must('be 1', (value) => value === 1)
const session = shape({
  ...described,
  v,
  id: text,
  startedAt: time,
  capture,
  seed,
  ...optional(text, 'hop'),
})

const readings = must('be pairs of a whole number and a count', isReadings)
const timers = must('be pairs of a delay and a count', (value) => isRuns(value, 2))
const firings = must('be triples of two steps and a count', (value) => isRuns(value, 3))
const virtual = shape({
  ...optional(listOf(text), 'of'),
  ...optional(text, 'seed', 'service', 'hop', 'writer'),
  ...optional(amount, 'sinceMs'),
  ...optional(valuesOf(readings), 'times'),
  ...optional(valuesOf(timers), 'timers'),
  ...optional(valuesOf(firings), 'firings'),
})

const over: Fields = { status: oneOf('completed'), endState, endedAt: time, totals }
const end = shape({ ...over, ...optional(text, 'endReason'), ...optional(count, 'late', 'lost') })

const typed = shape({ type: text })
const start = shape(started)
const completion = shape(completed)

// Only the first record of a call says what it is; the second one holds nothing but the outcome.
const event: Check = (value) => (isObject(value) && 'id' in value ? start : completion)(value)

const RECORDS: ReadonlyMap<unknown, Check> = new Map([
  ['session', session],
  ['update', shape(described)],
  ['virtual', virtual],
  ['event', event],
  ['end', end],
])

/**
 * What is wrong with a record from outside, as the end of the sentence "The record …".
 *
 * Records of unknown types and unknown fields are no fault: a later version may have written them.
 * What is encoded (requests, outcomes, attributes) may be any JSON.
 *
 * @returns `undefined` when nothing is wrong. Values are never repeated, since they may be secret.
 */
export function recordFault(record: unknown): string | undefined {
  const fault = typed(record) ?? RECORDS.get(recordType(record))?.(record)
  return fault?.replace(/^[. ]/, '')
}

/**
 * Whether an event has what it is found by in a replay, and what orders its answer, as it has to be. Costs a
 * tenth of `recordFault`.
 */
export function isIndexable(event: Readonly<Record<string, unknown>>): boolean {
  const {
    id,
    seq,
    done: completed = 0,
    parent = 1,
    state: how,
    service = '',
    instant: moment,
  } = event
  return (
    isOrdinal(seq, Number.MAX_SAFE_INTEGER) &&
    isTick(completed) &&
    isOrdinal(parent, Number.MAX_SAFE_INTEGER) &&
    typeof how === 'string' &&
    typeof service === 'string' &&
    (moment === undefined || instant(moment) === undefined) &&
    (id === undefined || isNamed(event))
  )
}

function isNamed({
  kind: what,
  name,
  path,
  ord,
  fp = '',
}: Readonly<Record<string, unknown>>): boolean {
  return (
    typeof what === 'string' &&
    typeof name === 'string' &&
    typeof path === 'string' &&
    typeof ord === 'number' &&
    typeof fp === 'string'
  )
}

function isOrdinal(value: unknown, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= most
}

/** What is wrong with the outcome of an event, as `recordFault` says it. */
export function outcomeFault(value: unknown): string | undefined {
  const fault = outcome(value)
  return fault && `outcome${fault}`
}

/** What is wrong with spans of ticks. */
export function spansFault(value: unknown): string | undefined {
  return listOf(span)(value)
}

/** Whether this version knows what the record is. */
export function isKnownRecord(record: unknown): boolean {
  return RECORDS.has(recordType(record))
}

function recordType(record: unknown): unknown {
  return isObject(record) ? record.type : undefined
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

type Run = readonly [first: number, second: number, ...rest: number[]]

// Whether each run begins where the one before it is over, or later.
function isRising(runs: readonly Run[], lengthOf: (run: Run) => number): boolean {
  return runs.every(([first], place) => {
    const before = runs[place - 1]
    return before === undefined || first >= before[0] + lengthOf(before)
  })
}

function isReadings(value: unknown): boolean {
  return isRuns(value, 2)
}

// Whole numbers, of which each last one says how often the ones before it come in a row.
function isRuns(value: unknown, length: number): boolean {
  if (!Array.isArray(value) || value.length % length !== 0) return false
  return value.every((part, index) =>
    index % length < length - 1
      ? Number.isSafeInteger(part)
      : isOrdinal(part, Number.MAX_SAFE_INTEGER),
  )
}
