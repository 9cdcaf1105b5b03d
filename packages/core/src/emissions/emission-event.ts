import { EMISSIONS, newEventId, type EventRecord } from '@retake/format'
import type { SessionScope } from '../session/session-state.ts'

type Told = Pick<EventRecord, 'seq' | 'ord' | 'startedAt' | 'outcome' | 'withheld' | 'redacted'>

/** The event that holds what calls have written to a stream of the app, or says why it does not. */
export function emissionEvent(
  { parent, frame }: SessionScope,
  { seq, ord, startedAt, ...content }: Told,
): EventRecord {
  // The fields stand in the order of all events, by which a log is read fast.
  return {
    type: 'event',
    id: newEventId(),
    seq,
    parent,
    kind: 'custom',
    name: EMISSIONS,
    path: frame.path,
    ord,
    startedAt,
    state: 'ok',
    ...content,
  }
}
