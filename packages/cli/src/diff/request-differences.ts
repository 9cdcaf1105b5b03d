import type { Difference, InboundRequest, SessionRecord } from '@retake/core'
import { differences } from '@retake/format'

/** Where the requests that made two sessions differ. Nothing where one of them was not made by a request. */
export function requestDifferences(
  before: SessionRecord,
  after: SessionRecord,
): readonly Difference[] {
  if (before.request === undefined || after.request === undefined) return []
  return differences(toCompared(before.request), toCompared(after.request))
}

// Headers say how a request was sent, and by whom: a replay is sent by another client.
function toCompared({ method, url, body, bodyWithheld }: InboundRequest) {
  return { method, url, ...(body !== undefined && bodyWithheld === undefined && { body }) }
}
