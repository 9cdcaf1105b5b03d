import { isExchanged } from './exchanged.ts'
import { INSTRUCTIONS, type Asked, type Group, type Place, type TellingWord } from './place.ts'
import { recallOf, type Pair } from './recall.ts'
import type { Word, Words } from './words.ts'

/** How much of what tells a recording apart a call has, and how much else of what is known at the place. */
export interface Likeness {
  /** Share of the recording's telling words that the call has. */
  readonly recall: number
  /** Share of the call's telling words that the recording has, of those which are known at the place. */
  readonly precision: number
  /** The lowest recall of a slot. */
  readonly worst: number
  /** Their harmonic mean. */
  readonly score: number
  /** A sentence, a number or a name was exchanged for another. */
  readonly exchanged: boolean
  /** Share of what all recordings have in common that the call has; looked at only where `steady`. */
  readonly shared: number
  /** Nothing tells the recording apart. */
  readonly isEmpty: boolean
}

export interface CompareOptions {
  /** Forgives slips of the pen, and looks for sentences that were exchanged. Costs more. */
  readonly isThorough: boolean
  /** The code at the place was not edited, so that what all share may not drift either. */
  readonly isSteady?: boolean
}

/** Compares a call with a group of recordings, slot by slot. */
export function compareAsked(
  place: Place,
  asked: Asked,
  group: Group,
  { isThorough, isSteady = false }: CompareOptions,
): Likeness {
  const sum = { all: 0, have: 0, known: 0, knownHave: 0, shared: 0, sharedHave: 0, worst: 1 }
  let exchanged = false
  const unknown = unknownSlots(place, asked)
  for (const [slot, words] of group.words()) {
    const isTelling = !place.isDecisive || place.varies(slot)
    const isHeld = isSteady && slot !== INSTRUCTIONS
    if (!isTelling && !isHeld) continue
    const [text, own] = counterpart(asked, slot, unknown)
    if (isHeld) addShared(sum, place, { slot, words, own })
    const recall = recallOf(place, group, { slot, words, own }, isThorough)
    if (recall.all > 0) {
      sum.all += recall.all
      sum.have += recall.have
      sum.worst = Math.min(sum.worst, recall.have / recall.all)
    }
    const isRenamed = !asked.slots.has(slot)
    addKnown(sum, words, isRenamed ? place.tellingIn(slot, own) : place.telling(asked, slot))
    if (isThorough && recall.have < recall.all && slot !== INSTRUCTIONS) {
      exchanged ||= isExchanged(place, { slot, group, text, words, own, recall })
    }
  }
  return toLikeness(sum, exchanged)
}

interface Sum {
  all: number
  have: number
  known: number
  knownHave: number
  shared: number
  sharedHave: number
  worst: number
}

function toLikeness(sum: Sum, exchanged: boolean): Likeness {
  const { all, have, known, knownHave, shared, sharedHave, worst } = sum
  const recall = all === 0 ? 1 : have / all
  const precision = known === 0 ? recall : knownHave / known
  return {
    recall,
    precision,
    worst,
    score: recall + precision === 0 ? 0 : (2 * recall * precision) / (recall + precision),
    exchanged,
    shared: shared === 0 ? 1 : sharedHave / shared,
    isEmpty: all === 0,
  }
}

// A field that was renamed is looked for among those that no recording has.
function unknownSlots({ spread }: Place, { slots }: Asked): readonly string[] {
  return [...slots.keys()].filter((slot) => !spread.has(slot))
}

function counterpart(
  { slots, words }: Asked,
  slot: string,
  unknown: readonly string[],
): readonly [text: string, words: Words] {
  const own = words().get(slot)
  if (own !== undefined) return [slots.get(slot) ?? '', own]
  return [
    unknown.map((name) => slots.get(name)).join('\n'),
    merged(unknown.flatMap((name) => words().get(name) ?? [])),
  ]
}

function merged(all: readonly Words[]): Words {
  const [only] = all
  if (only !== undefined && all.length === 1) return only
  const words = new Map<string, Word>()
  for (const [word, { count, weight }] of all.flatMap((own) => [...own])) {
    words.set(word, { count: count + (words.get(word)?.count ?? 0), weight })
  }
  return words
}

// What is new at the place, such as a sentence that was added, tells of no other recording.
function addKnown(sum: Sum, words: Words, own: readonly TellingWord[]): void {
  for (const { word, count, weight, isKnown } of own) {
    if (!isKnown) continue
    sum.known += weight * count
    sum.knownHave += weight * Math.min(count, words.get(word)?.count ?? 0)
  }
}

function addShared(sum: Sum, place: Place, { slot, words, own }: Pair): void {
  for (const [word, { weight }] of words) {
    if (place.weight(slot, word, 1) !== 0) continue
    sum.shared += weight
    if (own.has(word)) sum.sharedHave += weight
  }
}
