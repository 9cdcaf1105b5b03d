import type { ReadSpan } from './read-spans.ts'

/** A span in its place: after what it lies in. */
export interface PlacedSpan {
  readonly span: ReadSpan
  /** The place in the list of the span that it lies in. */
  readonly parent: number | undefined
}

/**
 * Brings spans into the order in which they started, and each after the one that it lies in, also where clocks
 * disagree. A span whose parent is not there, or that lies in itself, is one at the top.
 */
export function placeSpans(spans: readonly ReadSpan[]): readonly PlacedSpan[] {
  const byId = new Map(spans.map((span) => [keyOf(span, span.spanId), span]))
  const children = Map.groupBy(spans, (span) => parentOf(span, byId))
  const placed: PlacedSpan[] = []
  const starts: number[] = []
  const seen = new Set<ReadSpan>()

  // Without a recursion: a hostile trace may nest as deeply as it likes.
  function place(roots: readonly ReadSpan[]): void {
    // What comes last is taken first.
    const open = roots
      .toReversed()
      .map((span) => ({ span, parent: undefined as number | undefined }))
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next.span)) continue
      seen.add(next.span)
      const index = placed.push(next) - 1
      const within = next.parent === undefined ? 0 : (starts[next.parent] ?? 0)
      starts.push(Math.max(within, next.span.startMs))
      for (const span of (children.get(next.span) ?? []).toReversed()) {
        open.push({ span, parent: index })
      }
    }
  }

  place(children.get(undefined) ?? [])
  // What is left lies in itself.
  for (const span of spans) if (!seen.has(span)) place([span])
  return inOrder(placed, starts)
}

function parentOf(span: ReadSpan, byId: ReadonlyMap<string, ReadSpan>): ReadSpan | undefined {
  const { parentSpanId } = span
  return parentSpanId === undefined ? undefined : byId.get(keyOf(span, parentSpanId))
}

function keyOf({ traceId }: ReadSpan, spanId: string): string {
  return `${traceId} ${spanId}`
}

// A parent starts no later and was placed before, so a stable order keeps it before.
function inOrder(placed: readonly PlacedSpan[], starts: readonly number[]): readonly PlacedSpan[] {
  const order = [...placed.keys()].toSorted(
    (one, other) => (starts[one] ?? 0) - (starts[other] ?? 0),
  )
  const places = new Map(order.map((from, to) => [from, to]))
  return order.flatMap((from) => {
    const found = placed[from]
    if (found === undefined) return []
    const parent = found.parent === undefined ? undefined : places.get(found.parent)
    return [{ span: found.span, parent }]
  })
}
