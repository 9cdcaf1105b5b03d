import type { SessionSummary } from '@retake/core'
import {
  clip,
  formatMs,
  formatTime,
  formatTokens,
  formatUsd,
  stateColor,
} from '../terminal/format.ts'
import { formatTable } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** A line for each session: its id, when and what it was, how it went, and what it cost. */
export function formatSessions(sessions: readonly SessionSummary[], terminal: Terminal): string {
  if (sessions.length === 0)
    return 'No session is like that. See "retake ls --help" for the filters.'
  return formatTable(sessions.map((session) => toRow(session, terminal))).join('\n')
}

function toRow(session: SessionSummary, { paint, width }: Terminal): readonly string[] {
  const { id, startedAt, totals, agent, name = '' } = session
  const title = agent === undefined ? name : `${name} (${agent})`
  return [
    id,
    paint('dim', formatTime(startedAt)),
    paint(colorOf(session), stateOf(session)),
    formatMs(durationMs(session)).padStart(7),
    formatTokens(totals?.usage),
    formatUsd(totals?.costUsd),
    clip(`${title}${suffixOf(session)}`, Math.max(20, width - 90)),
  ]
}

// A replay that went well in another way is worth a look.
function colorOf({ endState, replayStatus = 'ok' }: SessionSummary): ReturnType<typeof stateColor> {
  const color = stateColor(endState)
  return replayStatus === 'ok' || color === 'red' ? color : 'yellow'
}

function stateOf({
  endState,
  endedAt,
  totals,
  late = 0,
  replayStatus = 'ok',
}: SessionSummary): string {
  if (endedAt === undefined) return 'open'
  const errors = totals?.errors ?? 0
  const marks = [
    errors > 0 && `${errors} failed`,
    late > 0 && `${late} late`,
    replayStatus !== 'ok' && replayStatus,
  ]
  return [endState, ...marks.filter(Boolean)].join(', ')
}

function suffixOf({ replayOf, parent, tags = [] }: SessionSummary): string {
  const isFork = parent !== undefined && replayOf !== undefined
  const origin = isFork
    ? ` fork of ${parent.session}`
    : ((replayOf && ` replay of ${replayOf}`) ?? (parent && ` opened by ${parent.session}`))
  return [origin, ...tags.map((tag) => ` #${tag}`)].filter(Boolean).join('')
}

function durationMs({ startedAt, endedAt }: SessionSummary): number | undefined {
  return endedAt === undefined ? undefined : Date.parse(endedAt) - Date.parse(startedAt)
}
