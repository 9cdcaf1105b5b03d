import type { Exchange } from './exchange.ts'

/** When an answer is handed out, among all others: its head, and its body. */
export interface Delivery {
  readonly head: number
  /** The tick of the first part of the body, and those of the others follow. */
  readonly body: number
  /** The last one. */
  readonly done: number
}

interface Moment {
  readonly index: number
  readonly isHead: boolean
  readonly atMs: number
}

/**
 * The order in which answers came, by their times.
 *
 * @param parts how many parts the body of each has; `undefined` for one without a body.
 */
export function deliveryOf(
  exchanges: readonly Exchange[],
  parts: readonly (number | undefined)[],
): readonly Delivery[] {
  const heads: number[] = []
  const deliveries: Delivery[] = []
  let tick = 0
  for (const { index, isHead } of momentsOf(exchanges)) {
    const count = parts[index]
    if (isHead) {
      heads[index] = ++tick
      continue
    }
    const head = heads[index] ?? 0
    // A body has its parts and its end.
    const body = count === undefined ? head : tick + 1
    if (count !== undefined) tick += count + 1
    deliveries[index] = { head, body, done: count === undefined ? head : tick }
  }
  return deliveries
}

// What has no times came one after the other.
function momentsOf(exchanges: readonly Exchange[]): readonly Moment[] {
  const moments: Moment[] = []
  let lastMs = 0
  for (const [index, { startedAt, ms = 0, headMs = ms }] of exchanges.entries()) {
    const startedMs = startedAt === undefined ? lastMs : Date.parse(startedAt)
    lastMs = startedMs
    moments.push({ index, isHead: true, atMs: startedMs + Math.min(headMs, ms) })
    moments.push({ index, isHead: false, atMs: startedMs + ms })
  }
  return moments.toSorted((one, other) => one.atMs - other.atMs)
}
