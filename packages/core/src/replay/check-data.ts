import {
  ReplayInvalidSessionError,
  type SessionData,
  isNestedDeeper,
  isObject,
  MAX_JSON_DEPTH,
  recordFault,
} from '@retake/format'

/**
 * Checks the shape of a session that code hands in. It may have been parsed from anywhere.
 *
 * Whether it can be replayed is for the caller to check.
 *
 * @throws {ReplayInvalidSessionError} when it is no session.
 */
export function checkData(data: SessionData): SessionData {
  const fault = faultOf(data)
  if (fault !== undefined) {
    throw new ReplayInvalidSessionError(`The session cannot be replayed: ${fault}.`, {
      reason: 'record',
    })
  }
  return data
}

function faultOf(data: unknown): string | undefined {
  if (!isObject(data)) return 'it is not an object'
  const { session, events, virtual = [], end } = data
  if (!Array.isArray(events)) return 'events must be a list'
  if (!Array.isArray(virtual)) return 'virtual must be a list'
  return (
    faultIn('session', session) ??
    firstFault('virtual', virtual) ??
    (end === undefined ? undefined : faultIn('end', end)) ??
    firstFault('events', events)
  )
}

const TYPES = { events: 'event', virtual: 'virtual' } as const

function firstFault(list: keyof typeof TYPES, records: readonly unknown[]): string | undefined {
  for (const [index, record] of records.entries()) {
    const fault = faultIn(TYPES[list], record)
    if (fault !== undefined) return `${list}[${index}] ${fault}`
  }
  return undefined
}

function faultIn(type: string, record: unknown): string | undefined {
  if (!isObject(record) || record.type !== type) return `${type} is not a record of that type`
  // Only the start of a call, which has an id, says where it belongs.
  if (type === 'event' && record.id === undefined) return 'has no id'
  if (isNestedDeeper(record, MAX_JSON_DEPTH)) return `${type} is nested too deeply`
  return recordFault(record)
}
