import type { Difference, EventRecord } from '@retake/core'
import { differences, similarity } from '@retake/format'

/** How an event of one session relates to the other session. */
export type EventChange =
  | {
      readonly change: 'same' | 'changed'
      readonly before: EventRecord
      readonly after: EventRecord
    }
  | { readonly change: 'vanished'; readonly before: EventRecord }
  | { readonly change: 'appeared'; readonly after: EventRecord }

/** Where two events that belong together differ. */
export interface EventDifferences {
  readonly request: readonly Difference[]
  readonly outcome: readonly Difference[]
}

/**
 * Puts the events of two sessions side by side: equal places first, then the most similar ones of the same kind
 * and name. In the order of the first session; what appeared stands where it came.
 */
export function alignEvents(
  before: readonly EventRecord[],
  after: readonly EventRecord[],
): readonly EventChange[] {
  const partners = new Map<EventRecord, EventRecord>()
  const free = new Set(after)
  const pair = (one: EventRecord, other: EventRecord | undefined) => {
    if (other === undefined) return
    partners.set(one, other)
    free.delete(other)
  }
  const places = new Map(after.map((event) => [placeOf(event), event]))
  for (const event of before) pair(event, places.get(placeOf(event)))
  for (const event of before) if (!partners.has(event)) pair(event, mostSimilar(event, free))
  return merged(before, after, partners)
}

/** Where two events differ in what they were asked, and in what they gave. */
export function eventDifferences(before: EventRecord, after: EventRecord): EventDifferences {
  return {
    request: differences(before.request, after.request),
    outcome: differences(outcomeOf(before), outcomeOf(after)),
  }
}

function merged(
  before: readonly EventRecord[],
  after: readonly EventRecord[],
  partners: ReadonlyMap<EventRecord, EventRecord>,
): readonly EventChange[] {
  const changes: EventChange[] = []
  const paired = new Set(partners.values())
  const appeared = after.filter((event) => !paired.has(event))
  for (const event of before) {
    const other = partners.get(event)
    if (other === undefined) {
      changes.push({ change: 'vanished', before: event })
      continue
    }
    while (appeared[0] && appeared[0].seq < other.seq) {
      changes.push({ change: 'appeared', after: appeared.shift() as EventRecord })
    }
    const { request, outcome } = eventDifferences(event, other)
    const change = request.length + outcome.length === 0 ? 'same' : 'changed'
    changes.push({ change, before: event, after: other })
  }
  return [...changes, ...appeared.map((event) => ({ change: 'appeared', after: event }) as const)]
}

function placeOf({
  path,
  kind,
  name,
  ord,
  key = '',
  writer = '',
  service = '',
}: EventRecord): string {
  return JSON.stringify([path, kind, name, ord, key, service || writer])
}

const LEAST_ALIKE = 0.3

function mostSimilar(
  event: EventRecord,
  others: ReadonlySet<EventRecord>,
): EventRecord | undefined {
  let best: { readonly other: EventRecord; readonly likeness: number } | undefined
  for (const other of others) {
    if (other.kind !== event.kind || other.name !== event.name) continue
    const likeness = similarity(event.request, other.request)
    if (likeness >= LEAST_ALIKE && likeness > (best?.likeness ?? 0)) best = { other, likeness }
  }
  return best?.other
}

// When parts came, and in which order calls ended, is not what a call gave.
function outcomeOf({ outcome, state }: EventRecord): Parameters<typeof differences>[0] {
  if (outcome === undefined) return { state }
  const { value, error, stream } = outcome
  return {
    state,
    ...(value !== undefined && { value }),
    ...(error !== undefined && { error }),
    ...(stream !== undefined && { parts: stream.parts, end: stream.end }),
  }
}
