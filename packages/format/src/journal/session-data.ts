import type { EventRecord, SessionData } from '../event.ts'
import { isWhole, type RecordedEvent, wholeEvent } from './recorded-event.ts'

const unread = new WeakMap<SessionData, readonly RecordedEvent[]>()

/**
 * A session whose events are read when they are looked at, all of them at once: who looks gets a whole session
 * of plain data, or `REPLAY_INVALID_SESSION`.
 */
export function createSessionData(
  { session, virtual, end }: Omit<SessionData, 'events'>,
  events: readonly RecordedEvent[],
): SessionData {
  const ending = { ...(virtual && { virtual }), ...(end && { end }) }
  if (events.every(isWhole)) return { session, events: events as readonly EventRecord[], ...ending }
  let whole: readonly EventRecord[] | undefined
  const data: SessionData = {
    session,
    get events() {
      whole ??= events.map(wholeEvent)
      // From now on somebody may have changed what they were given.
      unread.delete(data)
      return whole
    },
    ...ending,
  }
  unread.set(data, events)
  return data
}

/** The events of a session, without reading what nobody has looked at yet. */
export function recordedEvents(data: SessionData): readonly RecordedEvent[] {
  return unread.get(data) ?? data.events
}
