import type { Difference } from '@retake/core'
import { differenceLines } from '@retake/format'
import { formatUsd } from '../terminal/format.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { ChangedEvent, ComparedTotals, NamedEvent, SessionDiff } from './diff-sessions.ts'

const COLORS = { changed: 'yellow', vanished: 'red', appeared: 'green' } as const
const SIGNS = { changed: '~', vanished: '-', appeared: '+' } as const

/** Two sessions side by side, for people. */
export function formatDiff(diff: SessionDiff, terminal: Terminal): string {
  const { before, after, isSame, same, events, request, answer, totals } = diff
  const verdict = isSame ? terminal.paint('green', 'same') : terminal.paint('yellow', 'differs')
  return [
    `${verdict}  ${before} (before) and ${after} (after): ${same} events alike, ${events.length} not`,
    ...section('request', request),
    ...events.flatMap((event) => eventLines(event, terminal)),
    ...section('answer', answer),
    `  ${formatTotals(totals)}`,
  ].join('\n')
}

function eventLines(event: ChangedEvent, { paint }: Terminal): readonly string[] {
  const { change, before, after, request, outcome } = event
  const shown = after ?? before
  const moved = before && after && before.seq !== after.seq ? `, was ${before.seq}` : ''
  return [
    paint(COLORS[change], `  ${SIGNS[change]} ${shown ? nameOf(shown) : ''}${moved} ${change}`),
    ...section('asked', request, '      '),
    ...section('gave', outcome, '      '),
  ]
}

function nameOf({ seq, kind, name }: NamedEvent): string {
  return `${seq} ${kind} ${name}`
}

function section(title: string, found: readonly Difference[], indent = '  '): readonly string[] {
  if (found.length === 0) return []
  const lines = differenceLines(found, `${indent}  `)
  return [`${indent}${title}`, ...lines.map(labelled)]
}

// The words of a replay, where one side was recorded, are not those of two sessions.
function labelled(line: string): string {
  return line.replace('  recorded ', '  before ').replace('  now ', '  after ')
}

function formatTotals({ events, errors, tokens, costUsd }: ComparedTotals): string {
  const changed = ([before, after]: readonly [number, number], unit: string) =>
    before === after ? `${after} ${unit}` : `${before} → ${after} ${unit}`
  const cost =
    costUsd[0] === costUsd[1]
      ? formatUsd(costUsd[0])
      : `${formatUsd(costUsd[0]) || '$0'} → ${formatUsd(costUsd[1]) || '$0'}`
  const parts = [
    changed(events, 'events'),
    errors[0] + errors[1] > 0 ? changed(errors, 'failed') : '',
    tokens[0] + tokens[1] > 0 ? changed(tokens, 'tokens') : '',
    cost,
  ]
  return parts.filter(Boolean).join(', ')
}
