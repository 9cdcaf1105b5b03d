import type { EventRecord, SessionData } from '@retake/core'

const SHORTEST = 3
const EDGE = /[\s"'{}[\],.:;()]/

/**
 * Where the recorded side of a difference came from: what differs, searched for in what earlier events gave, and in
 * the request that made the session.
 */
export function originOf(
  source: SessionData,
  { recorded, now }: { readonly recorded: string | undefined; readonly now: string | undefined },
  before: number,
): string | undefined {
  if (recorded === undefined) return undefined
  const fragment = changedPart(recorded, now ?? '')
  if (fragment.length < SHORTEST) return undefined
  const earlier = source.events.filter(({ seq }) => seq < before)
  const event = earlier.findLast((event) => gave(event).includes(fragment))
  if (event) return `it came from what event ${event.seq} gave, ${event.kind} ${event.name}`
  const asked = JSON.stringify(source.session.request?.body ?? '')
  return asked.includes(fragment) ? 'it came with the request' : undefined
}

/** What the first of two texts has in the place where they differ, in whole words. */
export function changedPart(recorded: string, now: string): string {
  const [one, other] = [unquoted(recorded), unquoted(now)]
  if (one === other) return ''
  let start = 0
  while (start < one.length && one[start] === other[start]) start++
  let end = one.length
  for (let rest = other.length; end > start && rest > start; end--, rest--) {
    if (one[end - 1] !== other[rest - 1]) break
  }
  while (start > 0 && !EDGE.test(one[start - 1] ?? '')) start--
  while (end < one.length && !EDGE.test(one[end] ?? '')) end++
  return one.slice(start, end).trim()
}

function gave({ outcome }: EventRecord): string {
  return outcome === undefined ? '' : JSON.stringify(outcome)
}

function unquoted(leaf: string): string {
  return leaf.replace(/^"([^]*)"$/, '$1')
}
