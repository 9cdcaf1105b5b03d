import {
  Comparison,
  type ComparisonOptions,
  createIgnore,
  type Difference,
  foundBy,
  type Encoded,
  isEncodedList,
  type OutboundResponse,
  type ReportedAnswer,
} from '@retake/format'
import { comparableBody } from './comparable-body.ts'
import { mediaType } from './media-type.ts'

export interface CompareOptions {
  /**
   * Places that may differ, with all that is beneath them, such as `body.createdAt` or `body.items[*].id`.
   *
   * @default none
   */
  readonly ignore?: readonly string[]
  /** The ids of the two sessions, where both are known: an app may put its own into its answer. */
  readonly ids?: readonly [recorded: string, now: string]
}

/** How two answers compare. */
export type ComparedAnswers = Pick<ReportedAnswer, 'differences' | 'notCompared'>

/**
 * Where two answers of one request differ: in their status, in the type of their body, in where they redirect to, or in the
 * body. JSON is compared by its structure, a stream of server-sent events by event (`body[3].data.text`), lines of JSON by
 * line, other text by line (`body[12]`), bytes by their hash. A body that one of them does not hold is not compared.
 *
 * @throws {RetakeError} `OPTION_INVALID` when a path cannot be read.
 */
export function compareAnswers(
  recorded: OutboundResponse,
  now: OutboundResponse,
  options: CompareOptions = {},
): readonly Difference[] {
  return examineAnswers(recorded, now, options).differences
}

/**
 * The same, and what could not be compared because one of the two does not hold it.
 *
 * @throws {RetakeError} `OPTION_INVALID` when a path cannot be read.
 */
export function examineAnswers(
  recorded: OutboundResponse,
  now: OutboundResponse,
  { ignore = [], ids }: CompareOptions = {},
): ComparedAnswers {
  return foundBy(compared(recorded, now, { ignore: createIgnore(ignore), ids }))
}

/** Compares two answers, as far as both are held. */
export function compared(
  recorded: OutboundResponse,
  now: OutboundResponse,
  options: ComparisonOptions,
): Comparison {
  const comparison = new Comparison(options)
  comparison.compare('status', recorded.status, now.status)
  compareTypes(mediaType(recorded), mediaType(now), comparison)
  compareLocations(recorded, now, comparison)
  compareBodies(recorded, now, comparison)
  return comparison
}

/** What is compared where a session holds no answer: nothing. */
export function uncompared(why: string, options: ComparisonOptions): Comparison {
  const comparison = new Comparison(options)
  comparison.skip('status', why)
  comparison.skip('body', why)
  return comparison
}

// A server may name this type where the app names none, before the answer is looked at or after.
const DEFAULT_TYPE = 'text/plain'

function compareTypes(
  recorded: string | undefined,
  now: string | undefined,
  comparison: Comparison,
): void {
  const isSame = (recorded ?? DEFAULT_TYPE) === (now ?? DEFAULT_TYPE)
  if (!isSame) comparison.compare('content-type', recorded, now)
}

// Older versions did not keep where an answer leads to.
function compareLocations(
  { headers: { location: recorded } }: OutboundResponse,
  { headers: { location: now } }: OutboundResponse,
  comparison: Comparison,
): void {
  if (recorded === undefined && now !== undefined) {
    return comparison.skip('location', 'the recorded answer does not hold it')
  }
  comparison.compare('location', recorded, now)
}

function compareBodies(
  recorded: OutboundResponse,
  now: OutboundResponse,
  comparison: Comparison,
): void {
  const [then, since] = [recorded.bodyWithheld, now.bodyWithheld]
  if (then !== undefined)
    return comparison.skip('body', `the recorded one was not kept, because ${then}`)
  if (since !== undefined) return comparison.skip('body', since)
  if (recorded.body === now.body) return comparison.compare('body', recorded.body, now.body)
  const [one, other] = [comparableBody(recorded), comparableBody(now)]
  comparison.compare('body', asLines(one, other), asLines(other, one))
}

// Text of one line, beside what has several.
function asLines(body: Encoded | undefined, other: Encoded | undefined): Encoded | undefined {
  return typeof body === 'string' && isEncodedList(other) ? [body] : body
}
