import { INSTRUCTIONS } from './asked.ts'
import type { NumberedWords } from './vocabulary.ts'
import type { Slot } from './word-index.ts'
import { isNear, type Words } from './words.ts'

/** The words of a slot, recorded and of a call. */
export interface Pair {
  readonly slot: string
  readonly words: Words
  /** Those of the call. */
  readonly own: Words
}

/** How much of the telling words of a slot a call has, and the other way round. */
export interface Recall {
  readonly all: number
  readonly have: number
  /** Of all, what has digits. */
  readonly digits: number
  /** What the words of the call tell that the recording has as well. */
  readonly knownHave: number
  /** Words of the recording, and the words of the call that they became by a slip of the pen. */
  readonly near: ReadonlyMap<string, string>
}

/** What a word with a slip of the pen counts. */
export const NEAR = 0.9

const MAX_MISSING = 80
const MAX_SPARE = 400
const NONE: ReadonlyMap<string, string> = new Map()

/**
 * Looks which words of a recording a call has, and which of the call's the recording has.
 *
 * @param recorded the words of the recording in this slot, and `called` those of the call, by their numbers.
 * @param isOnly whether the place has one recording, so that no word of it is known from others.
 */
export function recallOf(
  slot: Slot,
  pair: Pair & { readonly recorded: NumberedWords; readonly called: NumberedWords },
  { isForgiving, isOnly }: { readonly isForgiving: boolean; readonly isOnly: boolean },
): Recall {
  const sums = sumWords(slot, pair, isForgiving)
  if (sums.missing.length === 0 || sums.missing.length >= MAX_MISSING)
    return { ...sums, near: NONE }
  const isKnown = (word: string) => !isOnly && slot.vocabulary.numberOf(word) !== undefined
  const near = nearWords(
    pair,
    sums.missing.map(([word]) => word),
    isKnown,
  )
  let { have } = sums
  for (const [word, mass] of sums.missing) if (near.has(word)) have += NEAR * mass
  return { ...sums, have, near }
}

// Most of a look-up is spent here.
function sumWords(
  { vocabulary, worth }: Slot,
  { slot, recorded, called }: Pick<Parameters<typeof recallOf>[1], 'slot' | 'recorded' | 'called'>,
  withMissing: boolean,
): Omit<Recall, 'near'> & { readonly missing: readonly (readonly [word: string, mass: number])[] } {
  const { numbers, counts, weights } = recorded
  const now = vocabulary.tally(called)
  // A date or an id in a system prompt tells nothing apart.
  const withDigits = slot !== INSTRUCTIONS
  const missing: [word: string, mass: number][] = []
  let [all, have, digits, knownHave] = [0, 0, 0, 0]
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] as number
    const telling = worth[number] as number
    if (telling <= 0) continue
    const count = counts[at] as number
    const both = Math.min(count, now.counts[number] as number)
    if (both > 0) knownHave += both * (now.weights[number] as number) * telling
    const isNumber = vocabulary.hasDigit(number)
    if (isNumber && !withDigits) continue
    const weight = (weights[at] as number) * telling
    all += count * weight
    have += both * weight
    if (isNumber) digits += count * weight
    if (both === 0 && withMissing) missing.push([vocabulary.wordOf(number), count * weight])
  }
  return { all, have, digits, knownHave, missing }
}

function nearWords(
  { words, own }: Pair,
  missing: readonly string[],
  isKnown: (word: string) => boolean,
): ReadonlyMap<string, string> {
  const spare = [...own.keys()].filter((word) => !words.has(word) && !isKnown(word))
  if (spare.length >= MAX_SPARE) return NONE
  const near = new Map<string, string>()
  for (const word of missing) {
    const found = spare.find((other) => isNear(word, other))
    if (found !== undefined) near.set(word, found)
  }
  return near
}
