import type { EventRecord } from '@retake/core'
import { isBookkeeping } from '@retake/format'

/** An event, and those that happened within it, in the order in which they started. */
export interface EventNode {
  readonly event: EventRecord
  readonly children: readonly EventNode[]
}

/** The events of a session that tell something of it, as a tree. One whose parent is not there stands at the top. */
export function toEventTree(events: readonly EventRecord[]): readonly EventNode[] {
  const known = new Set(events.map(keyOf))
  const children = new Map<string, EventRecord[]>()
  for (const event of events) {
    if (isBookkeeping(event)) continue
    const parent = parentKeyOf(event)
    const key = parent !== undefined && known.has(parent) ? parent : ''
    const siblings = children.get(key)
    if (siblings === undefined) children.set(key, [event])
    else siblings.push(event)
  }
  return nodesBelow('', children)
}

function nodesBelow(
  key: string,
  children: ReadonlyMap<string, readonly EventRecord[]>,
): readonly EventNode[] {
  return (children.get(key) ?? []).map((event) => ({
    event,
    children: nodesBelow(keyOf(event), children),
  }))
}

// `seq` counts within a writer.
function keyOf({ seq, writer = '' }: EventRecord): string {
  return `${writer}:${seq}`
}

// A damaged file may say that an event is within itself, or within a later one.
function parentKeyOf({ seq, parent, writer = '' }: EventRecord): string | undefined {
  return parent === undefined || parent >= seq ? undefined : `${writer}:${parent}`
}
