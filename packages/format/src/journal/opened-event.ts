import type { EventRecord } from '../event.ts'
import type { UnreadText } from './unread-text.ts'

// Shared by all copies of this package: an adapter may serve what the app's own copy has loaded. JSON has none.
/** @see OpenedEvent */
export const REQUEST: unique symbol = Symbol.for('retake.request.v1')
/** @see OpenedEvent */
export const OUTCOME: unique symbol = Symbol.for('retake.outcome.v1')

/** An event whose content may still be text: look at it by `requestOf` and `outcomeOf`. */
export interface OpenedEvent extends Omit<EventRecord, 'request' | 'outcome'> {
  readonly [REQUEST]?: UnreadText | undefined
  readonly [OUTCOME]?: UnreadText | undefined
}

/** Whether the content of an event is still text. */
export function isUnread(event: OpenedEvent): boolean {
  return event[REQUEST] !== undefined || event[OUTCOME] !== undefined
}

/** One event out of two records of it. What the later one says counts. */
export function mergeOpened(started: OpenedEvent, record: OpenedEvent): OpenedEvent {
  const merged = { ...started, ...record }
  if (!isUnread(merged)) return merged
  return {
    ...merged,
    [REQUEST]: 'request' in record ? undefined : merged[REQUEST],
    [OUTCOME]: 'outcome' in record ? undefined : merged[OUTCOME],
  }
}
