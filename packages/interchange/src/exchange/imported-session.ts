import {
  type EndRecord,
  type EventKind,
  type EventRecord,
  newId,
  RetakeError,
  type SessionData,
  type SessionRecord,
  type Usage,
} from '@retake/format'
import type { ImportOptions } from './import-options.ts'

const DAY_MS = 86_400_000

/** What is known of a session that is made, all but its name redacted. */
interface AboutSession extends Pick<
  SessionRecord,
  'startedAt' | 'capture' | 'request' | 'response' | 'service' | 'agent'
> {
  /** Its name unless the options give one. */
  readonly name: string
  readonly isFailure?: boolean
}

/** Makes a session of events that were read from another format. */
export function importedSession(
  events: readonly EventRecord[],
  { isFailure, startedAt, capture, name, ...rest }: AboutSession,
  options: ImportOptions,
): SessionData {
  const session: SessionRecord = {
    v: 1,
    type: 'session',
    id: newId(Date.parse(startedAt)),
    name: options.redactor.text(options.name ?? name),
    startedAt,
    capture,
    // Nothing was drawn in it.
    seed: 0,
    ...rest,
    expiresAt: expiryOf(options),
  }
  return { session, events, end: endOf(session, events, isFailure) }
}

/** When an imported session starts: as asked for, else when the first of its events did, else now. */
export function startOf({ startedAt }: ImportOptions, first: string | undefined): string {
  if (startedAt === undefined) return first ?? new Date().toISOString()
  const startedMs = Date.parse(startedAt)
  if (!Number.isNaN(startedMs)) return new Date(startedMs).toISOString()
  throw new RetakeError(
    'OPTION_INVALID',
    'startedAt must be a time, such as 2026-01-01T00:00:00Z.',
    {
      option: 'startedAt',
    },
  )
}

// Counted from now, since what it was made of may be years old.
function expiryOf({ expiresAfterDays = 30 }: ImportOptions): string {
  const expires = new Date(Date.now() + expiresAfterDays * DAY_MS)
  if (expiresAfterDays > 0 && !Number.isNaN(expires.getTime())) return expires.toISOString()
  throw new RetakeError(
    'OPTION_INVALID',
    `expiresAfterDays must be a positive number, not ${expiresAfterDays}.`,
    { option: 'expiresAfterDays' },
  )
}

function endOf(
  { startedAt }: SessionRecord,
  events: readonly EventRecord[],
  isFailure: boolean | undefined,
): EndRecord {
  const endedMs = events.map((event) => Date.parse(event.startedAt) + (event.ms ?? 0))
  const lastMs = endedMs.reduce((last, ms) => Math.max(last, ms), Date.parse(startedAt))
  return {
    type: 'end',
    status: 'completed',
    endState: isFailure ? 'failure' : 'indeterminate',
    endReason: 'imported',
    endedAt: new Date(lastMs).toISOString(),
    totals: {
      events: events.length,
      kinds: countKinds(events),
      errors: events.filter(({ state }) => state === 'error').length,
      usage: sumUsage(events),
      costUsd: events.reduce((sum, { costUsd = 0 }) => sum + costUsd, 0),
    },
  }
}

/** How many events of each kind there are. */
export function countKinds(events: readonly Pick<EventRecord, 'kind'>[]): Record<string, number> {
  const kinds: Partial<Record<EventKind, number>> = {}
  for (const { kind } of events) kinds[kind] = (kinds[kind] ?? 0) + 1
  return kinds
}

function sumUsage(events: readonly EventRecord[]): Usage {
  const sums: Record<string, number> = {}
  for (const { usage = {} } of events) {
    for (const [name, count] of Object.entries(usage))
      sums[name] = (sums[name] ?? 0) + Number(count)
  }
  return sums
}
