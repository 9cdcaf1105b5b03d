import { plural } from '../terminal/plural.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Finding } from './finding.ts'

const COLORS = { ok: 'green', warn: 'yellow', fail: 'red' } as const

/** A line for each finding, with a way out where one is needed, and what it comes to. */
export function formatFindings(findings: readonly Finding[], { paint }: Terminal): string {
  const lines = findings.flatMap(({ level, message, wayOut }) => [
    `${paint(COLORS[level], level.padEnd(4))}  ${printable(message)}`,
    ...(wayOut === undefined ? [] : [`      ${paint('dim', `→ ${printable(wayOut)}`)}`]),
  ])
  const count = (wanted: Finding['level']) =>
    findings.filter(({ level }) => level === wanted).length
  const [failed, warned] = [count('fail'), count('warn')]
  const bad = [
    ...(failed > 0 ? [plural(failed, 'failure')] : []),
    ...(warned > 0 ? [plural(warned, 'warning')] : []),
  ]
  return [...lines, '', bad.length === 0 ? 'All is well.' : `${bad.join(', ')}.`].join('\n')
}
