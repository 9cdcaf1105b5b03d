import { type EndRecord, type EventRecord, type SessionRecord, newId } from '@retake/format'

/** A header with what is required. */
export function sessionRecord(fields: Partial<SessionRecord> = {}): SessionRecord {
  const [v, type, startedAt] = [1, 'session', new Date().toISOString()] as const
  return { v, type, id: newId(), startedAt, capture: 'redacted', seed: 1, ...fields }
}

/** An event with what is required. */
export function eventRecord(seq: number, fields: Partial<EventRecord> = {}): EventRecord {
  return {
    type: 'event',
    id: newId(),
    seq,
    kind: 'llm',
    name: 'model',
    path: 'root',
    ord: 0,
    startedAt: new Date().toISOString(),
    state: 'ok',
    ...fields,
  }
}

/** The end of a session that went well. */
export function endRecord(fields: Partial<EndRecord> = {}): EndRecord {
  return {
    type: 'end',
    status: 'completed',
    endState: 'success',
    endedAt: '2026-01-01T00:00:01.000Z',
    totals: { events: 1, kinds: { llm: 1 }, errors: 0, usage: { inputTokens: 3 }, costUsd: 0.5 },
    ...fields,
  }
}
