import {
  eachWithheld,
  fingerprint,
  type Encoded,
  type EventRecord,
  type SessionData,
} from '@retake/format'

/**
 * Calls whose fingerprint is not that of the request that is stored with it: somebody has changed one of the two.
 *
 * It can be told where a request is stored as it was hashed, redacted and whole. Calls of other services are
 * left out, since what they captured is not known.
 *
 * @throws {ReplayInvalidSessionError} when the content of an event is corrupt.
 */
export function strayFingerprints({ session, events }: SessionData): readonly EventRecord[] {
  if (session.capture !== 'redacted') return []
  return events.filter(
    ({ fp = '', request, service = session.service }) =>
      fp !== '' &&
      request !== undefined &&
      service === session.service &&
      isAsHashed(request) &&
      fingerprint(request) !== fp,
  )
}

// What was left out of the store was hashed before. @see docs/decisions/0009-fingerprint-before-fields.md
function isAsHashed(request: Encoded): boolean {
  let isWhole = true
  eachWithheld(request, (_path, reason) => {
    if (reason.startsWith('capture.')) isWhole = false
  })
  return isWhole
}
