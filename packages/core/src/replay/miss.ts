import {
  ReplayMissError,
  requestOf,
  differenceLines,
  differences,
  formatLikeness,
  type NearestRecording,
} from '@retake/format'
import type { ReplayState } from './replay-state.ts'
import { isRunning } from '../session/running-sessions.ts'
import type { SessionState } from '../session/session-state.ts'
import { formatReplayHeader } from './replay-request.ts'
import type { Entry, NearEntry, CallQuery } from './entry.ts'

const MAX_SHOWN = 6
const TRUNCATED =
  '  cut off  the recording has no end: its process died, or its disk was full, and what came after is missing'
const RUNNING =
  '  running  the session is still being recorded: what it does from now on is missing. Replay it when it has ended'

/** A call without a recording: its error, and the recordings that come closest. */
interface Miss {
  readonly error: ReplayMissError
  readonly nearest: readonly NearestRecording[]
}

/** Makes the error for a call without a recording: what was asked, what comes nearest, what to try. */
export function createMiss(session: SessionState, replay: ReplayState, query: CallQuery): Miss {
  const { cassette } = replay
  const near = cassette.nearest(query, 3)
  const served = cassette.entries.filter((entry) => entry.used).length
  const unused = cassette.leftovers().map((entry) => entry.event)
  const source = session.record.replayOf ?? session.record.id
  const why = replay.options.match === 'lenient' ? cassette.whyNotDrifted(query) : undefined
  const lines = [
    `no recording for ${query.kind} ${query.name} (call ${session.seq}) in session ${source}`,
    `  at       ${place(session, query)}`,
    ...nearestLines(near[0], query),
    ...(why === undefined ? [] : [`  lenient  serves none of this place: ${why}`]),
    `  served ${served} of ${cassette.entries.length}${unusedList(unused)}`,
    ...(cassette.isTruncated ? [isRunning(source) ? RUNNING : TRUNCATED] : []),
    ...hintLines(cassette.entries, query),
    `  try      ${replay.options.advice ?? advice(source, near[0])}`,
  ]
  const nearest = near.map((candidate) => toNearest(candidate, query))
  const error = new ReplayMissError(session.config.redactor.message(lines.join('\n')), {
    session: source,
    kind: query.kind,
    name: query.name,
    path: query.path,
    nearest,
    served,
    ...(cassette.isTruncated && { truncated: true }),
    ...(why !== undefined && { why }),
    unused: unused.map(({ seq, kind, name }) => ({ seq, kind, name })),
  })
  return { error, nearest }
}

function nearestLines(near: NearEntry | undefined, query: CallQuery): readonly string[] {
  if (near === undefined) return [`  nearest  none: the session holds no ${query.kind} call`]
  const { entry, likeness, samePlace } = near
  const found = differences(requestOf(entry.event), query.request)
  const where = samePlace ? 'same place' : `at ${entry.path || 'the top'}`
  const alike = `${where}, ${formatLikeness(likeness)}${whyTaken(entry)}`
  const named = entry.name === query.name ? '' : ` ${entry.kind} ${entry.name}`
  const head = `  nearest  entry ${entry.event.seq}${named} (${alike})`
  const asked = `recorded as ${entry.op}, now asked as ${query.op}`
  if (entry.op !== query.op) return [`${head} was ${asked}`]
  if (found.length > 0) return [`${head} differs in`, ...differenceLines(found, ' '.repeat(11))]
  return [`${head} asks the same`]
}

function hintLines(entries: readonly Entry[], { name, missHint }: CallQuery): readonly string[] {
  if (missHint === undefined || entries.some((entry) => entry.name === name)) return []
  return [`  why      ${missHint}`]
}

function whyTaken({ used, event }: Entry): string {
  if (!used) return ''
  return event.state === 'pending' ? ', in flight when the recording stopped' : ', already used'
}

function place({ record }: SessionState, { path, kind }: CallQuery): string {
  return [record.name, ...path.split(' > '), kind].filter(Boolean).join(' > ')
}

function unusedList(unused: readonly { seq: number; kind: string; name: string }[]): string {
  if (unused.length === 0) return ''
  const shown = unused.slice(0, MAX_SHOWN).map(({ seq, kind, name }) => `${seq} ${kind} ${name}`)
  return `; unused: ${shown.join(', ')}${unused.length > MAX_SHOWN ? ', …' : ''}`
}

function advice(id: string, near: NearEntry | undefined): string {
  const lenient = `X-Replay: ${formatReplayHeader({ id, match: 'lenient' })}`
  if (near === undefined) return lenient
  const fork = formatReplayHeader({ id: '', until: near.entry.event.seq - 1, onMiss: 'live' })
  return `${lenient}   |   ${fork}   |   retake explain ${id} ${near.entry.event.seq}`
}

function toNearest({ entry, likeness }: NearEntry, query: CallQuery): NearestRecording {
  return {
    seq: entry.event.seq,
    name: entry.name,
    likeness,
    used: entry.used,
    differences: differences(requestOf(entry.event), query.request).slice(0, 50),
  }
}
