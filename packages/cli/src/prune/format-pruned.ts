import { formatBytes } from '../terminal/bytes.ts'
import { clip, formatTime, stateColor } from '../terminal/format.ts'
import { plural } from '../terminal/plural.ts'
import { formatTable } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Choice, Prunable } from './choose-sessions.ts'

/** What a removal came to, or would come to. */
export interface Pruned {
  readonly dryRun: boolean
  readonly sessions: readonly Prunable[]
  readonly bytes: number
  readonly kept: Choice['kept']
}

/** How much was removed, and what stays. Of what would be removed, each session. */
export function formatPruned(
  { dryRun, sessions, bytes, kept }: Pruned,
  terminal: Terminal,
): string {
  const counted = `${plural(sessions.length, 'session')}, ${formatBytes(bytes)}`
  const summary = dryRun ? `Would remove ${counted}.` : `Removed ${counted}.`
  return [
    ...(dryRun ? formatTable(sessions.map((session) => toRow(session, terminal))) : []),
    sessions.length === 0 ? 'Nothing to remove.' : summary,
    ...keptLines(kept),
  ].join('\n')
}

function toRow({ id, name = '', startedAt, endState, bytes }: Prunable, { paint }: Terminal) {
  return [
    id,
    paint('dim', formatTime(startedAt)),
    paint(stateColor(endState), endState),
    formatBytes(bytes).padStart(7),
    clip(name, 40),
  ]
}

function keptLines({ running, failures, unreadable }: Pruned['kept']): readonly string[] {
  return [
    ...(running > 0 ? [`${running} still running, kept.`] : []),
    ...(failures > 0 ? [`${failures} failed, kept.`] : []),
    ...(unreadable > 0
      ? [`${unreadable} cannot be read, kept: see "retake verify --sessions".`]
      : []),
  ]
}
