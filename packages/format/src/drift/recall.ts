import { INSTRUCTIONS, type Group, type Place } from './place.ts'
import { isNear, type Words } from './words.ts'

/** The words of a slot, recorded and of a call. */
export interface Pair {
  readonly slot: string
  readonly words: Words
  /** Those of the call. */
  readonly own: Words
}

/** How much of the telling words of a slot a call has. */
export interface Recall {
  readonly all: number
  readonly have: number
  /** Of all, what has digits. */
  readonly digits: number
  /** Words of the recording, and the words of the call that they became by a slip of the pen. */
  readonly near: ReadonlyMap<string, string>
}

/** What a word with a slip of the pen counts. */
export const NEAR = 0.9

const MAX_MISSING = 80
const MAX_SPARE = 400
const NONE: ReadonlyMap<string, string> = new Map()

/** Looks which words of a recording a call has. */
export function recallOf(place: Place, group: Group, pair: Pair, isForgiving: boolean): Recall {
  const { slot, own } = pair
  const withDigits = slot !== INSTRUCTIONS
  const missing: [word: string, weight: number][] = []
  let [all, have, digits] = [0, 0, 0]
  for (const { word, count, weight, hasDigit: isNumber } of place.telling(group, slot)) {
    if (weight <= 0) continue
    // A date or an id in a system prompt tells nothing apart.
    if (isNumber && !withDigits) continue
    const had = Math.min(count, own.get(word)?.count ?? 0) * weight
    all += weight * count
    have += had
    if (isNumber) digits += weight * count
    if (had === 0) missing.push([word, weight * count])
  }
  const near = isForgiving ? nearWords(place, pair, missing) : NONE
  for (const [word, weight] of missing) if (near.has(word)) have += NEAR * weight
  return { all, have, digits, near }
}

function nearWords(
  { groups, spread }: Place,
  { slot, words, own }: Pair,
  missing: readonly (readonly [word: string, weight: number])[],
): ReadonlyMap<string, string> {
  if (missing.length === 0 || missing.length >= MAX_MISSING) return NONE
  const isKnown = (word: string) => groups.length > 1 && spread.get(slot)?.has(word) === true
  const spare = [...own.keys()].filter((word) => !words.has(word) && !isKnown(word))
  if (spare.length >= MAX_SPARE) return NONE
  const near = new Map<string, string>()
  for (const [word] of missing) {
    const found = spare.find((other) => isNear(word, other))
    if (found !== undefined) near.set(word, found)
  }
  return near
}
