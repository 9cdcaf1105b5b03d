import type { EventRecord, Outcome, SessionData, Store } from '@retake/core'

/**
 * A session in which what its calls gave is at hand: a replay notes only which recording it served, and its
 * outcome stands in the session that it replayed.
 */
export async function withServedOutcomes(store: Store, data: SessionData): Promise<SessionData> {
  const { replayOf } = data.session
  if (replayOf === undefined || data.events.every(isWhole)) return data
  const source = await store.load(replayOf).catch(() => undefined)
  if (source === undefined) return data
  const outcomes = new Map(source.events.map((event) => [event.seq, event]))
  return { ...data, events: data.events.map((event) => completed(event, outcomes)) }
}

function isWhole({ served, outcome }: EventRecord): boolean {
  return served === undefined || outcome !== undefined
}

function completed(event: EventRecord, sources: ReadonlyMap<number, EventRecord>): EventRecord {
  const source = event.served && sources.get(event.served.seq)
  const outcome: Outcome | undefined = event.outcome ?? source?.outcome
  return { ...event, ...(outcome && { outcome }) }
}
