import type { EventRecord, SessionData, Store } from '@retake/core'

/**
 * A session in which what its calls asked and gave is at hand: a replay notes only which recording it served, and
 * the rest stands in the session that it replayed.
 */
export async function withServedOutcomes(store: Store, data: SessionData): Promise<SessionData> {
  const { replayOf } = data.session
  if (replayOf === undefined || data.events.every(isWhole)) return data
  const source = await store.load(replayOf).catch(() => undefined)
  if (source === undefined) return data
  const sources = new Map(source.events.map((event) => [event.seq, event]))
  return { ...data, events: data.events.map((event) => completed(event, sources)) }
}

function isWhole({ served, outcome }: EventRecord): boolean {
  return served === undefined || outcome !== undefined
}

function completed(event: EventRecord, sources: ReadonlyMap<number, EventRecord>): EventRecord {
  const source = event.served && sources.get(event.served.seq)
  if (source === undefined) return event
  const { request = source.request, outcome = source.outcome } = event
  return { ...event, ...(request !== undefined && { request }), ...(outcome && { outcome }) }
}
