import type { Difference } from '@retake/core'
import { differenceLines } from '@retake/format'
import { compareAnswers, replayProblem } from '@retake/http/resend'
import { describeDrift } from '../annotate-drift.ts'
import type { ResentAnswer } from '../resend/resend.ts'
import type { MatcherResult } from './matcher.ts'

export interface AnswerOptions {
  /**
   * Places that may differ, such as `body.createdAt`, with all that is beneath them.
   *
   * @default none
   */
  readonly ignore?: readonly string[]
}

/**
 * Whether a request that was sent again is answered as it was recorded: with the same status and body, by the same calls,
 * and with tools that give what they gave.
 */
export function toAnswerAsRecorded(
  received: unknown,
  { ignore = [] }: AnswerOptions = {},
): MatcherResult {
  const answer = checked(received)
  const { recorded, now } = answer
  // What took the place of the app's answer says nothing of it.
  const isCompared = recorded !== undefined && replayProblem(now) === undefined
  const found = isCompared ? compareAnswers(recorded, now).filter(isCounted(ignore)) : []
  const lines = [
    ...replayProblems(answer),
    ...(recorded ? [] : ['  the cassette does not hold what was answered: record it again']),
    ...differenceLines(found, '  '),
  ]
  const all = lines.length > 0 && answer.isRedacted ? [...lines, REDACTED] : lines
  return {
    pass: lines.length === 0,
    message: () =>
      lines.length === 0
        ? 'expected the answer to differ from the recorded one, and it does not'
        : ['expected the app to answer as recorded:', ...all].join('\n'),
  }
}

const REDACTED =
  '  redaction has taken something out of the recorded request: what was sent is not just what came'

function replayProblems({ report, session }: ResentAnswer): readonly string[] {
  const { missed, leftover, drifted } = report
  const { endReason, endState } = session.end ?? {}
  const isFailed = missed.length > 0 || (endState === 'failure' && leftover.length === 0)
  return [
    ...(isFailed ? [`  ${endReason ?? report.status}`] : []),
    ...leftover.map(
      ({ seq, kind, name }) => `  leftover: ${seq} ${kind} ${name} was not asked for`,
    ),
    ...drifted.map((drift) => `  ${describeDrift(drift)}`),
  ]
}

function isCounted(ignore: readonly string[]): (found: Difference) => boolean {
  return ({ path }) =>
    !ignore.some(
      (place) => path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`),
    )
}

function checked(received: unknown): ResentAnswer {
  const isAnswer =
    typeof received === 'object' && received !== null && 'report' in received && 'now' in received
  if (!isAnswer) throw new TypeError('toAnswerAsRecorded takes what resend() gives.')
  return received as ResentAnswer
}
