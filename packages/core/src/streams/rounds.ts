import { MAX_ROUNDS } from '@retake/format'

// An answer that needs no waiting is there after one to four rounds; each one counted costs some 50 nanoseconds.
const MOST_ROUNDS = 16

// Not by `queueMicrotask`, which makes a resource of Node's for each of them, at several times the cost.
const settled = Promise.resolve()

let round = 0
let lastRound = 0
let isCounting = false

// Moments from before the counting stopped belong to an earlier turn of the event loop, or are too long ago.
const APART = MAX_ROUNDS + 1
// Small numbers are kept without memory of their own.
const MOST = 2 ** 30

/** A moment within one turn of the event loop. A number, since each part of each stream has one. */
export type Moment = number

/**
 * Notes the moment, and counts the rounds of the microtask queue that follow it, for a while.
 *
 * @see docs/decisions/0027-instant-answers.md
 */
export function noteMoment(): Moment {
  lastRound = round + MOST_ROUNDS
  if (!isCounting) {
    isCounting = true
    void settled.then(countRound)
  }
  return round
}

/** The rounds that have passed since a moment of this turn; `undefined` when the turn, or the counting, is over. */
export function roundsSince(moment: Moment): number | undefined {
  const passed = round - moment
  return isCounting && passed >= 0 && passed <= MAX_ROUNDS ? passed : undefined
}

/** Gives something after so many rounds of the microtask queue. */
export async function afterRounds<T>(rounds: number, give: () => T | Promise<T>): Promise<T> {
  for (let round = 0; round < rounds; round++) await settled
  return give()
}

function countRound(): void {
  round++
  if (round < lastRound) {
    void settled.then(countRound)
    return
  }
  isCounting = false
  round = (round + APART) % MOST
}
