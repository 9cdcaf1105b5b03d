import { type Comparison, type ComparisonOptions, type OutboundResponse } from '@retake/format'
import type { OverReason } from '@retake/core/adapter'
import type { SessionState } from '@retake/core/host'
import { compared, uncompared } from './answer/compare-answers.ts'
import type { SentResponse } from './stored-response.ts'

/**
 * Compares the answer of a replay with the recorded one, and notes in the report what differs.
 *
 * @see docs/decisions/0066-answers-are-compared.md
 */
export function compareAnswer(
  session: SessionState,
  now: OutboundResponse,
  { isHead = false, isBroken = false }: Pick<SentResponse, 'isHead' | 'isBroken'>,
): void {
  note(session, (options) => {
    const recorded = recordedAnswer(session)
    if (typeof recorded === 'string') return uncompared(recorded, options)
    // To HEAD all is answered but the body, whichever of the two it was.
    const isBodiless = isHead || session.replay?.source.session.request?.method === 'HEAD'
    if (isBroken && recorded.bodyWithheld === undefined) return brokenOff(recorded, now, options)
    const [then, since] = isBodiless ? [headOf(recorded), headOf(now)] : [recorded, now]
    const found = compared(then, since, options)
    if (found.differences.length === 0) return found
    // What is removed today may not have been when it was recorded.
    const redacted = redactedAgain(session, then)
    return redacted === then ? found : compared(redacted, since, options)
  })
}

/** Notes that a replay has come to its end without an answer. */
export function noteNoAnswer(session: SessionState, reason: OverReason): void {
  note(session, (options) => {
    const recorded = recordedAnswer(session)
    if (typeof recorded === 'string') return uncompared(recorded, options)
    if (reason === 'client_closed') {
      return uncompared('the client had gone before it was answered', options)
    }
    const comparison = uncompared('the app gave no answer', options)
    comparison.compare('status', recorded.status, undefined)
    return comparison
  })
}

function note(session: SessionState, compare: (options: ComparisonOptions) => Comparison): void {
  session.replay?.compareAnswer(session, { compare, uncompared })
}

// What one service answered another one is not what the session was answered with.
function recordedAnswer({ replay, options }: SessionState): OutboundResponse | string {
  const { response, hop } = replay?.source.session ?? {}
  if (options.hop !== hop) return 'the session was answered by another service'
  return response ?? 'the recorded session holds no answer'
}

// What was recorded came to its end.
function brokenOff(
  recorded: OutboundResponse,
  now: OutboundResponse,
  options: ComparisonOptions,
): Comparison {
  const comparison = compared(headOf(recorded), headOf(now), options)
  comparison.compare('body', recorded.body ?? '', '(broken off by the server)')
  return comparison
}

function headOf({ status, headers }: OutboundResponse): OutboundResponse {
  return { status, headers }
}

function redactedAgain(
  { config: { redactor } }: SessionState,
  recorded: OutboundResponse,
): OutboundResponse {
  if (recorded.body === undefined) return recorded
  const { value, changed } = redactor.value(recorded.body)
  return changed ? { ...recorded, body: value } : recorded
}
