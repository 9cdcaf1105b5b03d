import { createHash } from 'node:crypto'
import type { EventRecord, SessionRecord } from '@retake/format'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The trace of a session: the digits of its id where that is a UUID, else a hash of it. */
export function traceIdOf({ id }: Pick<SessionRecord, 'id'>): string {
  return UUID.test(id) ? id.replaceAll('-', '').toLowerCase() : hash(`trace ${id}`, 32)
}

/** The span of the session itself. */
export function rootSpanIdOf({ id }: Pick<SessionRecord, 'id'>): string {
  return hash(`session ${id}`, 16)
}

/** The span of an event. Events are numbered by their writer. */
export function spanIdOf(
  { id }: Pick<SessionRecord, 'id'>,
  { writer = '' }: Pick<EventRecord, 'writer'>,
  seq: number,
): string {
  return hash(`event ${id} ${writer} ${seq}`, 16)
}

function hash(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits)
}
