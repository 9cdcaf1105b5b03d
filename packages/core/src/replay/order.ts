import type { TickSpan } from '@retake/format'
import { macrotask, monotonicMs, startTimer, stopTimer, type Timer } from '../runtime/clock.ts'

/** Hands out the answers of a replay in the order in which they came when they were recorded. */
export interface DeliveryOrder {
  /**
   * Resolves when all that completed before `tick` and was asked for has been handed out, and not before `dueMs` of the
   * monotonic clock.
   */
  turn(tick: number, dueMs?: number): Promise<void>
  /** The same, for what runs at the start of a macrotask, as the callback of a timer does. */
  runInTurn(tick: number, run: () => void, dueMs?: number): void
  /**
   * Whether an answer that came in the turn in which it was asked for may do so again: all up to `after` has
   * been handed out, and before `tick` nothing is to come but other answers of that kind.
   */
  isNext(tick: number, after: number): boolean
  /** Whether somebody is waiting for an answer. */
  isAwaited(): boolean
  /** An answer is known to have come in the turn in which it was asked for. */
  noteInstant(tick: number): void
  /** Nothing will ask for `tick` any more: it holds nobody up. */
  skip(tick: number): void
  /** Rises whenever something is asked for, handed out or skipped. */
  readonly moves: number
}

export interface DeliveryOrderOptions {
  /** Ticks of answers that came within the turn in which they were asked for. */
  readonly instant?: readonly number[]
  /**
   * Longest time an answer waits for an earlier one that nobody has asked for yet, in milliseconds.
   *
   * @default 50
   */
  readonly stallMs?: number
  /** Called when an answer was released by `stallMs`. */
  readonly onRelease?: (tick: number) => void
}

// What is still to come of a tick.
const EXPECTED = 1
const INSTANT = 2

// No turn brings more answers than that, and a hostile cassette must not make us look through millions.
const MAX_INSTANT = 10_000

interface Waiter {
  readonly tick: number
  readonly run: () => void
  /** Zero where it needs no time. */
  readonly dueMs: number
}

/**
 * Creates the order over the recorded ticks.
 *
 * One answer is handed out per macrotask, since two in one turn would swap their continuations when
 * the later waiter has not reached its `await`. An answer is held while an earlier one is still to
 * come: code may be doing unrecorded work before it asks. When nothing moves for `stallMs` the lowest
 * one held goes out, and those before it no longer hold anybody up. So no program can deadlock here.
 * While the lowest one held is not due yet, all is going as recorded, and nothing is stalled.
 *
 * @see docs/decisions/0004-delivery-order.md
 */
export function createDeliveryOrder(
  spans: readonly TickSpan[],
  { instant = [], stallMs = 50, onRelease }: DeliveryOrderOptions = {},
): DeliveryOrder {
  const last = spans.reduce((most, [first, count]) => Math.max(most, first + count - 1), 0)
  // One byte a tick: a session of many streams has tens of thousands.
  const expected = new Uint8Array(last + 1)
  for (const [first, count] of spans) expected.fill(EXPECTED, first, first + count)
  const waiting: Waiter[] = []
  let lowest = 1
  let scheduled = false
  let stall: Timer | undefined
  let pause: Timer | undefined
  let moves = 0
  for (const tick of instant) noteInstant(tick)

  function noteInstant(tick: number): void {
    if (expected[tick]) expected[tick] = INSTANT
  }

  function turn(tick: number, dueMs = 0): Promise<void> {
    return new Promise((resolve) => {
      runInTurn(tick, resolve, dueMs)
    })
  }

  function runInTurn(tick: number, run: () => void, dueMs = 0): void {
    moves++
    insert(waiting, { tick, run, dueMs })
    schedule()
  }

  function skip(tick: number): void {
    if (!expected[tick]) return
    moves++
    expected[tick] = 0
    if (waiting.length > 0) schedule()
  }

  function isNext(tick: number, after: number): boolean {
    const first = lowestExpected()
    if (first <= after || tick - first > MAX_INSTANT) return false
    // What waits for a turn of its own is not to be overtaken.
    if (waiting[0] !== undefined && waiting[0].tick < tick) return false
    for (let before = first; before < tick; before++) {
      if (expected[before] === EXPECTED) return false
    }
    return true
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    macrotask(step)
  }

  function step(): void {
    scheduled = false
    const first = waiting[0]
    if (first === undefined) return
    const pauseMs = first.dueMs === 0 ? 0 : first.dueMs - monotonicMs()
    if (pauseMs > 0) resumeAfter(pauseMs)
    else if (first.tick <= lowestExpected()) release(first)
    else stall ??= startTimer(releaseStalled, stallMs)
  }

  function resumeAfter(pauseMs: number): void {
    stopStall()
    stopTimer(pause)
    pause = startTimer(schedule, Math.ceil(pauseMs))
  }

  function release(first: Waiter): void {
    stopStall()
    waiting.shift()
    expected[first.tick] = 0
    moves++
    if (waiting.length > 0) schedule()
    // Last, since the callback of a timer may throw.
    first.run()
  }

  function stopStall(): void {
    stopTimer(stall)
    stall = undefined
  }

  function releaseStalled(): void {
    stall = undefined
    const first = waiting[0]
    if (first === undefined) return
    expected.fill(0, lowest, first.tick)
    onRelease?.(first.tick)
    release(first)
  }

  function lowestExpected(): number {
    while (lowest <= last && !expected[lowest]) lowest++
    return lowest > last ? Number.POSITIVE_INFINITY : lowest
  }

  return {
    turn,
    runInTurn,
    skip,
    isNext,
    noteInstant,
    isAwaited: () => waiting.length > 0,
    get moves() {
      return moves
    },
  }
}

// Few answers wait at a time, so a sorted list does.
function insert(waiting: Waiter[], waiter: Waiter): void {
  let index = waiting.length
  while (index > 0 && (waiting[index - 1]?.tick ?? 0) > waiter.tick) index--
  if (index === waiting.length) waiting.push(waiter)
  else waiting.splice(index, 0, waiter)
}
