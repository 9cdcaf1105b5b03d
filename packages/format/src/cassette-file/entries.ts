import {
  isObject,
  type EncodedObject,
  type Encoded,
  type EndRecord,
  type EventRecord,
  type SessionData,
  type SessionRecord,
  type VirtualRecord,
  recordFault,
} from '@retake/format'
import { invalidCassette } from './error.ts'

type Session = Pick<SessionData, 'session' | 'virtual' | 'end'>

// Fields in the order in which they are written. Those that a later version adds follow as they came.
const HEADER_FIELDS = words(
  'id name agent goal tags service hop host startedAt capture seed parent replayOf metadata request response virtual end',
)
const VIRTUAL_FIELDS = words('of seed sinceMs times timers firings service hop writer')
const END_FIELDS = words('status endState endReason endedAt late lost totals result report')
const ENTRY_FIELDS = words(
  'seq done instant parent writer service hop kind name op path ord key fp model provider startedAt ms state ' +
    'request outcome usage costUsd attributes redacted withheld served after',
)
const STREAM_FIELDS = words('parts end error endSeen ticks openMs ms truncated iterable bytes')

// What is not written: what goes without saying, and what a new recording of the same answers changes.
const NOT_IN_HEADER = words('v type expiresAt')
const NOT_IN_ENTRY = words('type id')
const TIMINGS = words('startedAt ms openMs')

/** The header of a cassette: all that a new recording changes. A cassette never expires. */
export function toHeader({ session, virtual, end }: Session): EncodedObject {
  const header = {
    ...session,
    ...(virtual && { virtual: virtual.map((each) => arrange(each, VIRTUAL_FIELDS, ['type'])) }),
    ...(end && { end: arrange(end, END_FIELDS, ['type']) }),
  }
  return arrange(header, HEADER_FIELDS, NOT_IN_HEADER)
}

/** Reads the header of a cassette. */
export function fromHeader({ end, virtual, ...header }: EncodedObject): Session {
  const session = checked('the header', { ...header, v: 1, type: 'session' }) as SessionRecord
  return {
    session,
    ...(virtual !== undefined && { virtual: fromVirtual(virtual) }),
    ...(end !== undefined && { end: fromEnd(end) }),
  }
}

function fromVirtual(virtual: Encoded): readonly VirtualRecord[] {
  if (!Array.isArray(virtual) || !virtual.every(isObject)) {
    throw invalidCassette('entry', 'what was virtual must be a list of objects')
  }
  const records = virtual as readonly EncodedObject[]
  return records.map(
    (record) => checked('what was virtual', { ...record, type: 'virtual' }) as VirtualRecord,
  )
}

function fromEnd(end: Encoded): EndRecord {
  if (!isObject(end)) throw invalidCassette('entry', 'the end must be an object')
  return checked('the end', { ...end, type: 'end' }) as EndRecord
}

/** The events as entries, without what a new recording changes. */
export function toEntries(
  events: readonly EventRecord[],
  keepTimings: boolean,
): readonly EncodedObject[] {
  const timings = keepTimings ? [] : TIMINGS
  const writers = new Map<string, string>()
  return events.map(({ writer, outcome, ...event }) => {
    const stream = outcome?.stream && arrange(outcome.stream, STREAM_FIELDS, timings)
    const entry = {
      ...event,
      ...(writer !== undefined && { writer: stableWriter(writer, writers) }),
      ...(outcome && { outcome: { ...outcome, ...(stream && { stream }) } }),
    }
    return arrange(entry, ENTRY_FIELDS, [...NOT_IN_ENTRY, ...timings])
  })
}

/** Reads entries back into events. Ids are made of the place in the file; times are the session's. */
export function fromEntries(
  entries: readonly EncodedObject[],
  { id, startedAt }: SessionRecord,
): readonly EventRecord[] {
  const events = entries.map((entry, index) => {
    const implied = { id: `${id}:${index + 1}`, startedAt }
    return checked(`entry ${index + 1}`, { ...implied, ...entry, type: 'event' }) as EventRecord
  })
  checkOrder(events)
  return events
}

// Two entries with one seq come of a careless merge: which of them is the answer is in doubt.
function checkOrder(events: readonly EventRecord[]): void {
  const last = new Map<string | undefined, number>()
  for (const { writer, seq } of events) {
    if (seq > (last.get(writer) ?? 0)) last.set(writer, seq)
    else throw invalidCassette('entry', `seq ${seq} comes after seq ${last.get(writer)}`)
  }
}

// The id of a writer is made up by each recording anew; which of them it was stays the same.
function stableWriter(writer: string, writers: Map<string, string>): string {
  const known = writers.get(writer) ?? `w${writers.size + 1}`
  writers.set(writer, known)
  return known
}

function checked(what: string, record: EncodedObject): unknown {
  const fault = recordFault(record)
  if (fault !== undefined) throw invalidCassette('entry', `in ${what}, ${fault}`)
  return record
}

function arrange(
  value: object,
  order: readonly string[],
  without: readonly string[],
): EncodedObject {
  const rank = (name: string) => order.indexOf(name) + 1 || order.length + 1
  return Object.fromEntries(
    Object.entries(value as EncodedObject)
      .filter(([name]) => !without.includes(name))
      .toSorted(([one], [other]) => rank(one) - rank(other)),
  )
}

function words(text: string): readonly string[] {
  return text.split(' ')
}
