import { differenceLines, formatReport } from '@retake/format'
import { formatMs, formatUsd } from '../terminal/format.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { ReplayRun, ReplayVerdict } from './run-replay.ts'

const COLORS = {
  same: 'green',
  unverified: 'yellow',
  differs: 'yellow',
  miss: 'red',
} as const satisfies Record<ReplayVerdict, string>

/** One replay for people: the verdict in a line, and below it what differs. */
export function formatRun(run: ReplayRun, { paint }: Terminal): string {
  const { verdict, httpStatus, ms, replay, differences, isCompared, problem, report } = run
  const facts = [
    paint(COLORS[verdict], verdict),
    `${httpStatus} in ${formatMs(ms)}`,
    servedOf(run),
    paint('dim', `replay ${replay}`),
  ]
  const lines = [facts.filter(Boolean).join('  ')]
  if (report?.answer === undefined) {
    if (differences.length > 0) lines.push('  answer', ...differenceLines(differences, '    '))
    if (!isCompared) lines.push(paint('dim', '  the answer was not compared with the recorded one'))
  }
  if (verdict === 'same') return lines.join('\n')
  if (problem) lines.push(...problem.detail.split('\n').map((line) => `  ${line}`))
  else if (report) lines.push(formatReport(report).replace(/^retake: /, '  '))
  else lines.push(`  the server says: ${run.status}`)
  if (verdict === 'miss') lines.push(paint('dim', `  retake explain ${replay}   says why`))
  return lines.join('\n')
}

function servedOf({ report, status }: ReplayRun): string {
  if (report === undefined) return status
  const { served, saved, live } = report
  const parts = [
    `${served} calls served`,
    live.length > 0 ? `${live.length} live` : '',
    saved.tokens > 0 ? `saved ${saved.tokens} tokens` : '',
    formatUsd(saved.costUsd),
  ]
  return parts.filter(Boolean).join(', ')
}
