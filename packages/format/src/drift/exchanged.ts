import type { Group } from './asked.ts'
import type { Place } from './place.ts'
import { NEAR, type Pair, type Recall } from './recall.ts'
import { hasDigit, isName, sentencesOf, wordsOf } from './words.ts'

/** A slot of a recording beside that of a call. */
export interface Slots extends Pair {
  readonly group: Group
  /** Text of the call. */
  readonly text: string
  readonly recall: Recall
}

// Above that share numbers are what a text is about.
const NUMBERS = 0.2
// A sentence that has less of another one's words is another one.
const SAME_SENTENCE = 0.5
// Few words of a long sentence are not a short one.
const MOST_OF_IT = 0.25
// What a word that all recordings have counts in a sentence that only some have.
const FLOOR = 0.3
const MAX_SENTENCES = 60
const MAX_SENTENCES_NOW = 400
const MAX_GROUPS = 64

/**
 * Whether a sentence, a number or a name of the recording is gone and another one stands in its place: then something
 * else is asked, however much the texts have in common.
 */
export function isExchanged(place: Place, slots: Slots): boolean {
  if (isNumberExchanged(place, slots)) return true
  const recorded = new Set(sentencesOf(slots.group.slots.get(slots.slot) ?? ''))
  const now = new Set(sentencesOf(slots.text))
  const gone = [...recorded].filter((sentence) => !now.has(sentence))
  const come = [...now].filter((sentence) => !recorded.has(sentence))
  if (gone.length === 0 || come.length === 0) return false
  const isOnly = place.groups.length === 1
  if (isOnly && gone.length <= MAX_SENTENCES && isNameExchanged(slots)) return true
  const candidates = createCandidates(come.slice(0, MAX_SENTENCES_NOW))
  return gone
    .slice(-MAX_SENTENCES_NOW)
    .some(
      (sentence) => !candidates.hasCounterpart(sentence, toWeight(place, slots, sentence), slots),
    )
}

function isNumberExchanged(place: Place, { slot, words, own, recall }: Slots): boolean {
  if (place.groups.length > 1 && recall.digits <= NUMBERS * recall.all) return false
  const isGone = [...words.keys()].some(
    (word) => hasDigit(word) && !own.has(word) && place.weight(slot, word, 1) > 0,
  )
  return isGone && [...own.keys()].some((word) => hasDigit(word) && !words.has(word))
}

function isNameExchanged({ words, own, recall: { near } }: Slots): boolean {
  const isGone = [...words].some(
    ([word, about]) => isName(word, about) && !own.has(word) && !near.has(word),
  )
  if (!isGone) return false
  const slips = new Set(near.values())
  return [...own].some(
    ([word, about]) => isName(word, about) && !words.has(word) && !slips.has(word),
  )
}

type Weigh = (word: string, own: number) => number

// Words that all recordings have may make a sentence that only one has.
function toWeight(place: Place, { slot }: Slots, sentence: string): Weigh {
  const isOwn =
    place.groups.length > 1 &&
    place.groups
      .slice(0, MAX_GROUPS)
      .some(({ slots }) => !(slots.get(slot) ?? '').includes(sentence))
  const floor = isOwn ? FLOOR : 0
  return (word, own) => Math.max(place.weight(slot, word, own), floor * own)
}

interface Candidates {
  hasCounterpart(sentence: string, weigh: Weigh, slots: Slots): boolean
}

/** The sentences of a call that the recording does not have. */
function createCandidates(sentences: readonly string[]): Candidates {
  const places = new Map<string, number[]>()
  const sizes = new Float64Array(sentences.length)
  for (const [at, sentence] of sentences.entries()) {
    for (const [word, { count, weight }] of wordsOf(sentence)) {
      sizes[at] = (sizes[at] ?? 0) + count * weight
      const row = places.get(word)
      if (row === undefined) places.set(word, [at])
      else row.push(at)
    }
  }

  return {
    hasCounterpart(sentence, weigh, { recall: { near } }) {
      // Each with the one after it, or to split a sentence would look like an exchange.
      const found = new Float64Array(sentences.length + 1)
      const plain = new Float64Array(sentences.length + 1)
      let all = 0
      for (const [word, { count, weight: itself }] of wordsOf(sentence)) {
        const weight = weigh(word, itself) * count
        all += weight
        const now = places.has(word) ? word : near.get(word)
        const rows = now === undefined ? [] : (places.get(now) ?? [])
        if (weight > 0) addToPairs(found, rows, now === word ? weight : weight * NEAR)
        for (const at of rows) plain[at] = (plain[at] ?? 0) + itself * count
      }
      if (all < 1) return true
      const best = indexOfMost(found)
      if ((found[best] ?? 0) / all < SAME_SENTENCE) return false
      const share = (at: number) => (plain[at] ?? 0) / (sizes[at] ?? 0) || 0
      return Math.max(share(best), best > 0 ? share(best - 1) : 0) >= MOST_OF_IT
    },
  }
}

function addToPairs(found: Float64Array, rows: readonly number[], weight: number): void {
  let last = -1
  for (const at of rows) {
    if (at > last) found[at] = (found[at] ?? 0) + weight
    found[at + 1] = (found[at + 1] ?? 0) + weight
    last = at + 1
  }
}

function indexOfMost(numbers: Float64Array): number {
  let most = 0
  for (let at = 1; at < numbers.length; at++) {
    if ((numbers[at] ?? 0) > (numbers[most] ?? 0)) most = at
  }
  return most
}
