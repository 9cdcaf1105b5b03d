import { newEventId, type EventRecord } from '@retake/format'
import type { SessionScope } from '../session/session-state.ts'

type Told = Pick<EventRecord, 'seq' | 'ord' | 'startedAt' | 'outcome' | 'withheld' | 'redacted'>

/** An event about a stream of the app: what calls have written to it, or why that is not known. */
export function emissionEvent(
  { parent, frame }: SessionScope,
  name: string,
  { seq, ord, startedAt, ...content }: Told,
): EventRecord {
  // The fields stand in the order of all events, by which a log is read fast.
  return {
    type: 'event',
    id: newEventId(),
    seq,
    parent,
    kind: 'custom',
    name,
    path: frame.path,
    ord,
    startedAt,
    state: 'ok',
    ...content,
  }
}
