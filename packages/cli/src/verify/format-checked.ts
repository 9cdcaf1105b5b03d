import { plural } from '../terminal/plural.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { type Checked, type Problem, stateOf } from './problem.ts'

const COLORS = { corrupt: 'red', attention: 'yellow', note: 'dim' } as const

/** What there is to say of what was checked, and how much of it is fine. */
export function formatChecked(checked: readonly Checked[], { paint }: Terminal): string {
  const lines = checked.flatMap((each) =>
    each.problems.map(
      (problem) =>
        `${paint(COLORS[problem.level], problem.level.padEnd(9))} ${lineOf(each, problem)}`,
    ),
  )
  return [...lines, summary(checked)].join('\n')
}

// What cannot be read is named by the message itself.
function lineOf({ name, events }: Checked, { level, message }: Problem): string {
  const text = printable(message)
  if (level === 'corrupt' && events === 0) return text
  return `${printable(name)} ${text}${text.endsWith('.') ? '' : '.'}`
}

function summary(checked: readonly Checked[]): string {
  const cassettes = checked.filter(({ kind }) => kind === 'cassette').length
  const sessions = checked.length - cassettes
  const counted = [
    ...(cassettes > 0 || sessions === 0 ? [plural(cassettes, 'cassette')] : []),
    ...(sessions > 0 ? [plural(sessions, 'session')] : []),
  ].join(' and ')
  const count = (state: string) => checked.filter((each) => stateOf(each) === state).length
  const [corrupt, attention] = [count('corrupt'), count('attention')]
  if (corrupt + attention === 0) return `${counted} checked, all fine.`
  const bad = [
    ...(corrupt > 0 ? [`${corrupt} corrupt`] : []),
    ...(attention > 0 ? [`${attention} to look at`] : []),
  ]
  return `${counted} checked: ${bad.join(', ')}.`
}
