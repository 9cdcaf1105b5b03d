import {
  type EventRecord,
  type SessionData,
  type OpenedEvent,
  eachSpan,
  hasOneTick,
  opened,
  type RecordedEvent,
  requestOf,
  recordedEvents,
  type TickSpan,
  similarity,
} from '@retake/format'
import { createTree } from './entry-tree.ts'
import { createEntryIndex } from './match.ts'
import type { MatchMode } from '../session/replay-options.ts'
import type { Entry, NearEntry, CallQuery, MatchTier } from './entry.ts'

/** The calls of one session, indexed for replay. */
export interface Cassette {
  readonly entries: readonly Entry[]
  /** All that was recorded here, calls or not. */
  readonly events: readonly RecordedEvent[]
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
  /** The entries that ask the same as one. What is used may be missing. */
  equalsOf(entry: Entry): readonly Entry[]
  /** Why no recording of its place is served to a call that is matched leniently, where there are any. */
  whyNotDrifted(query: CallQuery): string | undefined
  /** The entries of the same kind that are most like a call, best first; used ones too. */
  nearest(query: CallQuery, limit: number): readonly NearEntry[]
  /** All ticks that replayed answers are handed out by. */
  spans(): readonly TickSpan[]
  /** Those of answers that came within the turn in which they were asked for. */
  instantTicks(): readonly number[]
}

export interface CassetteOptions {
  /** Take only the calls of this service, when the session was written by several. */
  readonly service?: string
  /** Take only the calls that answered this request of another service, when the service answered several. */
  readonly hop?: string
  /** Only entries up to this `seq` are served. */
  readonly until?: number
}

const MAX_NEAREST_COMPARED = 64

/** Indexes a recorded session. */
export function createCassette(
  data: SessionData,
  { until = Number.POSITIVE_INFINITY, ...own }: CassetteOptions = {},
): Cassette {
  const events = ownEvents(data, own)
  const entries: Entry[] = []
  // Events without a fingerprint (decisions, scores, chains) are made again by the code that runs.
  for (const event of events) {
    if (event.fp !== undefined) entries.push(new RecordedCall(event, event.seq > until))
  }
  const index = createEntryIndex(entries)
  let tree: ((entry: Entry) => readonly Entry[]) | undefined

  function cover(entry: Entry): readonly Entry[] {
    tree ??= createTree(events, entries)
    const covered = tree(entry).filter((below) => !below.used)
    for (const below of covered) below.used = true
    return covered
  }

  function instantTicks(): readonly number[] {
    const ticks: number[] = []
    for (const { recorded } of entries) if (recorded.instant) ticks.push(recorded.done ?? 0)
    return ticks
  }

  return {
    entries,
    events,
    isTruncated: data.end === undefined,
    instantTicks,
    take(query, mode) {
      const found = index.find(query, mode)
      if (found === undefined) return undefined
      found.entry.used = true
      // It is found all the same, or an equal call would be given the answer of another.
      return isCutOff(found.entry.recorded, data) ? undefined : found
    },
    cover,
    leftovers: () => entries.filter((entry) => !entry.used && entry.recorded.state !== 'pending'),
    equalsOf: (entry) => index.equalsOf(entry),
    whyNotDrifted: (query) => index.whyNotDrifted(query),
    nearest: (query, limit) => nearestEntries(entries, query).slice(0, limit),
    spans: () => joinedSpans(entries),
  }
}

/** Visits the ticks by which the answer of an entry is handed out. */
export function eachTickSpan(
  { recorded }: Entry,
  visit: (first: number, count: number) => void,
): void {
  if (recorded.state !== 'pending') eachSpan(recorded, visit)
}

// Most sessions are one row of ticks without a gap.
function joinedSpans(entries: readonly Entry[]): readonly TickSpan[] {
  const spans: [number, number][] = []
  let last: [number, number] = [0, 0]
  const add = (first: number, count: number) => {
    if (first === last[0] + last[1]) last[1] += count
    else spans.push((last = [first, count]))
  }
  for (const entry of entries) {
    if (entry.used) continue
    const { done, state } = entry.recorded
    if (done === last[0] + last[1] && state !== 'pending' && hasOneTick(entry.recorded)) last[1]++
    else eachTickSpan(entry, add)
  }
  return spans
}

// What was in flight when the process died, or when a running session was read, has no outcome yet.
// Nobody may wait for it, as against a call that was still in flight when its session had come to its end.
function isCutOff({ state }: RecordedEvent, { end }: SessionData): boolean {
  return state === 'pending' && end === undefined
}

// A class, since most of a thousand are not looked at before their turn.
class RecordedCall implements Entry {
  readonly recorded: RecordedEvent
  used: boolean

  constructor(recorded: RecordedEvent, used: boolean) {
    this.recorded = recorded
    this.used = used
  }

  get seq(): number {
    return this.recorded.seq
  }

  get event(): OpenedEvent {
    return opened(this.recorded)
  }

  get kind(): EventRecord['kind'] {
    return this.event.kind
  }

  get name(): string {
    return this.event.name
  }

  get op(): EventRecord['op'] {
    return this.event.op
  }

  get path(): string {
    return this.event.path
  }

  get ord(): number {
    return this.event.ord
  }
}

function ownEvents(data: SessionData, { service, hop }: CassetteOptions): readonly RecordedEvent[] {
  const events = recordedEvents(data)
  const ofFirst = events[0]?.service
  let isChain = false
  let isMixed = false
  for (const event of events) {
    isChain ||= event.hop !== undefined
    isMixed ||= event.service !== ofFirst
  }
  // Whoever replays what one service has recorded by itself may call that service as they like.
  if (!isChain && !isMixed) return events
  const ofService = events.filter((event) => event.service === service)
  if (!isChain) return ofService
  const ofHop = ofService.filter((event) => event.hop === hop)
  const opened = data.session.hop === undefined && data.session.service === service
  // Who replays a service that others have asked, without saying which of its answers, is given all of them.
  return hop === undefined && !opened && ofHop.length === 0 ? ofService : ofHop
}

function nearestEntries(entries: readonly Entry[], query: CallQuery): readonly NearEntry[] {
  const candidates = entries.filter((entry) => entry.kind === query.kind)
  const closest = candidates
    .sort((one, other) => closeness(other, query) - closeness(one, query))
    .slice(0, MAX_NEAREST_COMPARED)
  return closest
    .map((entry) => ({
      entry,
      likeness: similarity(requestOf(entry.event), query.request),
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
