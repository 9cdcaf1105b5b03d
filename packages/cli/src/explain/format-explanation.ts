import type { Difference } from '@retake/core'
import { differenceLines } from '@retake/format'
import type { Terminal } from '../terminal/terminal.ts'
import type {
  ExplainedAnswer,
  ExplainedDifference,
  Explanation,
  Finding,
} from './explain-replay.ts'

const COLORS = { miss: 'red', drift: 'yellow', leftover: 'yellow', timer: 'yellow' } as const

/** Why a replay did not go as recorded, for people. */
export function formatExplanation(explanation: Explanation, terminal: Terminal): string {
  const { session, replay, status, request, findings, answer } = explanation
  const lines = [`replay ${replay} of ${session}: ${status}`]
  if (request.length > 0) {
    lines.push('', 'The request itself was another one:', ...differenceLines(request, '  '))
  }
  if (findings.length === 0) lines.push('All calls went as recorded.')
  for (const [index, finding] of findings.entries()) {
    lines.push('', ...findingLines(finding, terminal, index === 0 && findings.length > 1))
  }
  if (answer) lines.push(...explainedAnswerLines(answer, terminal))
  return lines.join('\n')
}

function explainedAnswerLines(
  { differences, notCompared, hints }: ExplainedAnswer,
  { paint }: Terminal,
): readonly string[] {
  const differing =
    differences.length === 0
      ? []
      : ['', paint('yellow', 'The answer differs:'), ...differenceLines(differences, '  ')]
  return [
    ...differing,
    ...hints.map((hint) => paint('cyan', `  ${hint}`)),
    ...notCompared.map(({ path, why }) => `  ${path} could not be compared: ${why}`),
  ]
}

function findingLines(finding: Finding, { paint }: Terminal, isFirst: boolean): readonly string[] {
  const { kind, name, path } = finding
  const place = path === '' ? '' : ` at ${path}`
  return [
    `${paint(COLORS[finding.finding], finding.finding)} ${kind} ${name}${place}${isFirst ? paint('dim', '  (this came first)') : ''}`,
    `  ${reasonOf(finding)}`,
    ...finding.differences.flatMap((found) => differenceWithCause(found, paint)),
    ...adviceOf(finding).map((line) => paint('dim', `  ${line}`)),
  ]
}

function reasonOf({ finding, recording, likeness, isUsed, race, differences }: Finding): string {
  if (race) return raceOf(recording, race)
  if (finding === 'leftover') return `event ${recording} was recorded, and nobody asked for it`
  if (recording === undefined) return 'the session holds no call of that kind'
  const alike = likeness === undefined ? '' : `, ${Math.floor(likeness * 100)} % alike`
  if (finding === 'drift') return `event ${recording} was served to it${alike}`
  if (differences.length > 0) return `the nearest recording is event ${recording}${alike}`
  return isUsed
    ? `event ${recording} asks the same, and had been served already: the code asks more often than it did`
    : `event ${recording} asks the same, but not as the same operation, or at another place`
}

function raceOf(recording: number | undefined, race: NonNullable<Finding['race']>): string {
  const [callMs, timerMs] = [race.callMs, race.timerMs].map(Math.round)
  return `event ${recording} took ${callMs} ms when recorded, and comes now before a timer of ${timerMs} ms, which was over first`
}

function differenceWithCause(
  found: ExplainedDifference,
  paint: Terminal['paint'],
): readonly string[] {
  const bare: Difference = found
  const cause = found.rule ?? found.origin
  return [
    ...differenceLines([bare], '    '),
    ...(cause === undefined ? [] : [paint('cyan', `      ${cause}`)]),
  ]
}

function adviceOf({ finding, differences }: Finding): readonly string[] {
  if (finding === 'timer') {
    return [
      "If the two race: record and replay with createRetake({ virtualize: ['timers'] }), or replay with timing: 'recorded'.",
    ]
  }
  if (finding === 'leftover') {
    return ['Was the call left out on purpose? Record the session again, or promote a new one.']
  }
  if (differences.some(({ rule }) => rule !== undefined)) {
    return ['Values that are another one each time keep a request from being proved equal.']
  }
  return differences.length === 0
    ? []
    : [
        'Did you mean to change it? --match lenient serves it and flags it; record again to keep it.',
      ]
}
