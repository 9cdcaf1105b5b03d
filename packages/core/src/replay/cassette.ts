import type { EventRecord, SessionData } from '../event.ts'
import type { MatchMode } from '../http/headers.ts'
import { createEntryIndex, type CallQuery, type MatchTier } from './match.ts'
import { placeOf } from '../session/scope.ts'
import { similarity } from './similarity.ts'
import { streamTicks } from '../seam/ticks.ts'

/** One recorded call, and whether it has been handed out. */
export interface Entry {
  readonly event: EventRecord
  readonly kind: EventRecord['kind']
  readonly name: string
  readonly op?: EventRecord['op']
  readonly path: string
  readonly place: string
  readonly ord: number
  readonly fp: string
  /** Served, or covered by a call that was served, past the cut of a fork, or cut off. */
  used: boolean
}

/** An entry that comes close to a call, for messages. */
export interface NearEntry {
  readonly entry: Entry
  /** From 0 to 1. */
  readonly likeness: number
  /** Recorded under the same path. */
  readonly samePlace: boolean
}

/** The calls of one session, indexed for replay. */
export interface Cassette {
  readonly entries: readonly Entry[]
  /** The session has no end: its process died, or its disk was full. What came after is not there. */
  readonly isTruncated: boolean
  /** Takes the entry for a call. Synchronous, so that two calls never get the same one. */
  take(
    query: CallQuery,
    mode: MatchMode,
  ): { readonly entry: Entry; readonly tier: MatchTier } | undefined
  /** Marks what was recorded beneath an entry as used: it came out together with it. */
  cover(entry: Entry): readonly Entry[]
  /** Entries that nobody has asked for, in start order. Calls that were pending are never among them. */
  leftovers(): readonly Entry[]
  /** The entries of the same kind that are most like a call, best first; used ones too. */
  nearest(query: CallQuery, limit: number): readonly NearEntry[]
  /** All ticks that replayed answers are handed out by. */
  ticks(): Iterable<number>
  /** Those of answers that came within the turn in which they were asked for. */
  instantTicks(): ReadonlySet<number>
}

export interface CassetteOptions {
  /** Take only the calls of this service, when the session was written by several. */
  readonly service?: string
  /** Only entries up to this `seq` are served. */
  readonly until?: number
}

const MAX_NEAREST_COMPARED = 64

/** Indexes a recorded session. */
export function createCassette(
  data: SessionData,
  { service, until = Number.POSITIVE_INFINITY }: CassetteOptions = {},
): Cassette {
  const events = ownEvents(data.events, service)
  const entries = events.filter(isCall).map((event) => toEntry(event, event.seq > until))
  const children = childrenOf(events)
  const bySeq = new Map(entries.map((entry) => [entry.event.seq, entry]))
  const index = createEntryIndex(entries.filter((entry) => !entry.used))

  function cover(entry: Entry): readonly Entry[] {
    const covered: Entry[] = []
    const queue = [entry.event.seq]
    const seen = new Set(queue)
    for (let seq = queue.pop(); seq !== undefined; seq = queue.pop()) {
      for (const child of children.get(seq) ?? []) {
        // In a file from outside, an event may be its own parent.
        if (seen.has(child.seq)) continue
        seen.add(child.seq)
        queue.push(child.seq)
        const below = bySeq.get(child.seq)
        if (below === undefined || below.used) continue
        below.used = true
        covered.push(below)
      }
    }
    return covered
  }

  function instantTicks(): ReadonlySet<number> {
    const instant = entries.filter(({ event }) => event.instant !== undefined)
    return new Set(instant.map(({ event }) => event.done ?? 0))
  }

  return {
    entries,
    isTruncated: data.end === undefined,
    instantTicks,
    take(query, mode) {
      const found = index.find(query, mode)
      if (found === undefined) return undefined
      found.entry.used = true
      // It is found all the same, or an equal call would be given the answer of another.
      return isCutOff(found.entry.event, data) ? undefined : found
    },
    cover,
    leftovers: () => entries.filter((entry) => !entry.used && entry.event.state !== 'pending'),
    nearest: (query, limit) => nearestEntries(entries, query).slice(0, limit),
    *ticks() {
      for (const entry of entries) if (!entry.used) yield* entryTicks(entry)
    },
  }
}

/** The ticks by which the answer of an entry is handed out. */
export function entryTicks({ event }: Entry): Iterable<number> {
  const { outcome, done, state } = event
  if (state === 'pending' || outcome === undefined) return []
  if (outcome.stream) return streamTicks(outcome.stream)
  return outcome.sync || done === undefined ? [] : [done]
}

// Events without a fingerprint (decisions, scores, chains) are made again by the code that runs.
function isCall(event: EventRecord): boolean {
  return event.fp !== undefined
}

// What was in flight when the process died, or when a running session was read, has no outcome yet.
// Nobody may wait for it, as against a call that was still in flight when its session had come to its end.
function isCutOff({ state }: EventRecord, { end }: SessionData): boolean {
  return state === 'pending' && end === undefined
}

function toEntry(event: EventRecord, used: boolean): Entry {
  const { kind, name, op, path, ord, fp = '' } = event
  return { event, kind, name, op, path, place: placeOf(path), ord, fp, used }
}

function ownEvents(
  events: readonly EventRecord[],
  service: string | undefined,
): readonly EventRecord[] {
  const services = new Set(events.map((event) => event.service))
  return services.size > 1 ? events.filter((event) => event.service === service) : events
}

function childrenOf(events: readonly EventRecord[]): ReadonlyMap<number, readonly EventRecord[]> {
  const children = new Map<number, EventRecord[]>()
  for (const event of events) {
    if (event.parent === undefined) continue
    const siblings = children.get(event.parent)
    if (siblings) siblings.push(event)
    else children.set(event.parent, [event])
  }
  return children
}

function nearestEntries(entries: readonly Entry[], query: CallQuery): readonly NearEntry[] {
  const candidates = entries.filter((entry) => entry.kind === query.kind)
  const closest = candidates
    .sort((one, other) => closeness(other, query) - closeness(one, query))
    .slice(0, MAX_NEAREST_COMPARED)
  return closest
    .map((entry) => ({
      entry,
      likeness: similarity(entry.event.request, query.request),
      samePlace: entry.path === query.path,
    }))
    .sort((one, other) => rank(other) - rank(one))
}

function closeness(entry: Entry, query: CallQuery): number {
  return (
    Number(entry.name === query.name) * 4 +
    Number(!entry.used) * 2 +
    Number(entry.path === query.path)
  )
}

function rank({ entry, likeness, samePlace }: NearEntry): number {
  return likeness + Number(samePlace) * 0.1 + Number(!entry.used) * 0.2
}
