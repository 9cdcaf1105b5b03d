import { differenceLines } from '@retake/format'
import { examineAnswers, replayProblem, type ComparedAnswers } from '@retake/http/resend'
import { describeDrift } from '../annotate-drift.ts'
import type { ResentAnswer } from '../resend/resend.ts'
import type { MatcherResult } from './matcher.ts'

export interface AnswerOptions {
  /**
   * Places that may differ, such as `body.createdAt` or `body.items[*].id`, with all that is beneath them; besides those
   * that `resend` was told to ignore.
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
  const { recorded, now, ignored, session, report } = answer
  // What took the place of the app's answer says nothing of it.
  const isCompared = recorded !== undefined && replayProblem(now) === undefined
  const { differences, notCompared } = isCompared
    ? examineAnswers(recorded, now, {
        ignore: [...ignored, ...ignore],
        ids: [report.replayOf, session.session.id],
      })
    : NOTHING
  const lines = [
    ...replayProblems(answer),
    ...(recorded ? [] : ['  the cassette does not hold what was answered: record it again']),
    ...differenceLines(differences, '  '),
    ...notCompared.map(
      ({ path, why }) =>
        `  ${path} could not be compared: ${why}. ignore: ['${path}'] accepts that`,
    ),
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

const NOTHING: ComparedAnswers = { differences: [], notCompared: [] }

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

function checked(received: unknown): ResentAnswer {
  const isAnswer =
    typeof received === 'object' && received !== null && 'report' in received && 'now' in received
  if (!isAnswer) throw new TypeError('toAnswerAsRecorded takes what resend() gives.')
  return received as ResentAnswer
}
