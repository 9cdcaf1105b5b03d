import type { RecordedEvent } from '@retake/format'
import type { Entry } from './entry.ts'

/** Finds what was recorded beneath an entry, at any depth. */
export function createTree(
  events: readonly RecordedEvent[],
  entries: readonly Entry[],
): (entry: Entry) => readonly Entry[] {
  const children = childrenOf(events)
  // Most sessions are flat.
  if (children.size === 0) return () => []
  const bySeq = new Map(entries.map((entry) => [entry.recorded.seq, entry]))

  return (entry) => {
    const found: Entry[] = []
    const queue = [entry.recorded.seq]
    const seen = new Set(queue)
    for (let seq = queue.pop(); seq !== undefined; seq = queue.pop()) {
      for (const child of children.get(seq) ?? []) {
        // In a file from outside, an event may be its own parent.
        if (seen.has(child)) continue
        seen.add(child)
        queue.push(child)
        const below = bySeq.get(child)
        if (below !== undefined) found.push(below)
      }
    }
    return found
  }
}

/** The `seq` of what stands directly beneath each event. */
function childrenOf(events: readonly RecordedEvent[]): ReadonlyMap<number, readonly number[]> {
  const children = new Map<number, number[]>()
  for (const { parent, seq } of events) {
    if (parent === undefined) continue
    const siblings = children.get(parent)
    if (siblings) siblings.push(seq)
    else children.set(parent, [seq])
  }
  return children
}
