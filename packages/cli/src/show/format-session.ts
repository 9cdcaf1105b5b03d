import type { EventRecord, SessionData } from '@retake/core'
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
import { type EventNode, toEventTree } from './event-tree.ts'
import { previewOutcome, previewRequest } from './preview.ts'

const MAX_PREVIEW = 60

/** A session for people: what it was, and its events as a tree with durations, tokens and cost. */
export function formatSession(data: SessionData, terminal: Terminal): string {
  const rows = toEventTree(data.events).flatMap((node) => toRows(node, terminal, ''))
  return [...headLines(data, terminal), '', ...formatTable(rows), ...emptyHint(rows)].join('\n')
}

function headLines({ session, end }: SessionData, { paint, width }: Terminal): readonly string[] {
  const { id, name, agent, goal, tags = [], startedAt, request, response } = session
  const state = end?.endState ?? 'indeterminate'
  const duration = end && Date.parse(end.endedAt) - Date.parse(startedAt)
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['session', `${id}  ${paint(stateColor(state), end ? state : 'open, or cut off')}`],
    [
      'name',
      [name, agent && `(${agent})`, ...tags.map((tag) => `#${tag}`)].filter(Boolean).join(' '),
    ],
    ['goal', goal],
    ['started', [formatTime(startedAt), formatMs(duration)].filter(Boolean).join(', took ')],
    ['origin', originOf(session)],
    ['request', request && `${request.method} ${request.url} ${bodyOf(request, width)}`],
    ['answer', response && `${response.status} ${bodyOf(response, width)}`],
    ['cost', costOf(end)],
    ['ended', end?.endReason && clip(end.endReason, width - 12)],
  ]
  return facts.flatMap(([label, fact]) =>
    fact ? [`${paint('dim', label.padEnd(9))} ${fact.trim()}`] : [],
  )
}

function originOf({ parent, replayOf }: SessionData['session']): string | undefined {
  if (parent && replayOf === undefined) return `opened by ${parent.session}, when that was over`
  if (parent) {
    const { session, forkAt } = parent
    return `fork of ${session}${forkAt === undefined ? '' : ` after event ${forkAt}`}`
  }
  return replayOf && `replay of ${replayOf}`
}

function bodyOf(
  { body, bodyWithheld }: { readonly body?: unknown; readonly bodyWithheld?: string },
  width: number,
): string {
  if (bodyWithheld !== undefined) return `(withheld: ${bodyWithheld})`
  if (body === undefined) return ''
  return clip(typeof body === 'string' ? body : JSON.stringify(body), Math.max(30, width - 40))
}

function costOf(end: SessionData['end']): string | undefined {
  if (end === undefined) return undefined
  const { usage, costUsd, events, errors } = end.totals
  const counted = [`${events} events`, errors > 0 ? `${errors} failed` : '']
  return [...counted, formatTokens(usage), formatUsd(costUsd)].filter(Boolean).join(', ')
}

function toRows(
  { event, children }: EventNode,
  terminal: Terminal,
  indent: string,
): readonly (readonly string[])[] {
  const below = children.flatMap((child) => toRows(child, terminal, `${indent}  `))
  return [toRow(event, terminal, indent), ...below]
}

function toRow(event: EventRecord, { paint }: Terminal, indent: string): readonly string[] {
  const { seq, kind, name, state, ms, usage, costUsd } = event
  const title = `${indent}${paint('cyan', kind)} ${name}`
  return [
    paint('dim', String(seq).padStart(3)),
    state === 'ok' ? title : `${title} ${paint(state === 'error' ? 'red' : 'yellow', state)}`,
    formatMs(ms).padStart(7),
    formatTokens(usage),
    formatUsd(costUsd),
    paint('dim', said(event)),
  ]
}

function said(event: EventRecord): string {
  const { served } = event
  const asked = previewRequest(event, MAX_PREVIEW)
  const gave = served
    ? `served from event ${served.seq} (${served.tier})`
    : previewOutcome(event, MAX_PREVIEW)
  return [asked, gave].filter((text) => text !== '').join(' → ')
}

function emptyHint(rows: readonly unknown[]): readonly string[] {
  return rows.length === 0 ? ['no events'] : []
}
