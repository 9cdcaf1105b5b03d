import type { EventRecord, SessionData } from '@retake/core'
import { EXIT } from '../exit-codes.ts'
import { CommandError } from '../failure.ts'

/** The event with this number. Where several processes wrote to a session, the first one that has it. */
export function findEvent({ session, events }: SessionData, seq: number): EventRecord {
  const event = events.find((event) => event.seq === seq)
  if (event) return event
  const last = Math.max(0, ...events.map((event) => event.seq))
  throw new CommandError(
    'EVENT_NOT_FOUND',
    EXIT.notFound,
    `Session ${session.id} has no event ${seq}; ${last === 0 ? 'it has none' : `its last one is ${last}`}.`,
  )
}

/** An event with all that it holds: of some, what they were asked and gave is read only when it is looked at. */
export function wholeEvent(event: EventRecord): EventRecord {
  return { ...event }
}
