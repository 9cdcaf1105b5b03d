import {
  keepsContent,
  Comparison,
  eachWithheld,
  encode,
  withheldTag,
  type Encoded,
} from '@retake/format'
import type { Config } from '../session/config.ts'
import { guarded } from '../session/guard.ts'
import type { SessionState } from '../session/session-state.ts'
import { withKnownHeaders } from './known-headers.ts'

// What a function returns is kept to be compared, and may be all that the app knows.
const MAX_BYTES = 1_048_576
const MAX_VALUES = 100_000

/**
 * Keeps what the function of a session returned, and in a replay compares it with what the recorded one returned.
 *
 * @see docs/decisions/0066-answers-are-compared.md
 */
export function noteResult(session: SessionState, value: unknown): void {
  guarded(session, () => {
    const result = storedResult(session.config, value)
    session.result = result
    compareResult(session, (comparison, recorded) => {
      if (result === undefined) comparison.skip('result', 'what is returned now cannot be stored')
      else comparison.compare('result', recorded, result)
    })
  })
}

/** The function of a session has thrown: in a replay of one that returned, that is a difference. */
export function noteThrown(session: SessionState, error: unknown): void {
  if (session.replay === undefined) return
  guarded(session, () =>
    compareResult(session, (comparison, recorded) =>
      comparison.compare('result', recorded, redactedResult(session.config, encodeResult(error))),
    ),
  )
}

// A session that another one opened, or a request, holds no result that would be this function's.
function compareResult(
  session: SessionState,
  compare: (comparison: Comparison, recorded: Encoded) => void,
): void {
  const { replay, options } = session
  const recorded = replay?.source.end?.result
  if (recorded === undefined || options.hop !== undefined) return
  replay?.compareAnswer(session, {
    compare(comparing) {
      const comparison = new Comparison(comparing)
      compare(comparison, recorded)
      return comparison
    },
    uncompared(why, comparing) {
      const comparison = new Comparison(comparing)
      comparison.skip('result', why)
      return comparison
    },
  })
}

/** What is stored of a result: nothing where it is not data as a whole, or where capture keeps none. */
function storedResult(config: Config, given: unknown): Encoded | undefined {
  if (!keepsContent(config.capture.level)) return undefined
  const encoded = encodeResult(given)
  return isData(encoded) ? redactedResult(config, encoded) : undefined
}

function encodeResult(given: unknown): Encoded {
  return encode(given, { maxBytes: MAX_BYTES, maxValues: MAX_VALUES })
}

// A session, a stream or what else has a life of its own is no answer. What is too large is one.
function isData(encoded: Encoded): boolean {
  let isAll = true
  if (isPlain(encoded)) return isAll
  eachWithheld(encoded, (_path, reason) => {
    isAll &&= /^(?:over the limit|too many|deeper than)/.test(reason)
  })
  return isAll
}

function redactedResult({ redactor, capture }: Config, encoded: Encoded): Encoded | undefined {
  const redacted = redactor.value(encoded).value
  const value = isPlain(redacted) ? redacted : withKnownHeaders(redacted, redactor)
  const { outcome, withheld } = capture.outcome('http', { value })
  return withheld === undefined ? outcome?.value : withheldTag(withheld)
}

function isPlain(value: Encoded): boolean {
  return typeof value !== 'object' || value === null
}
