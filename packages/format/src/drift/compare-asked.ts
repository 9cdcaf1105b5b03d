import { INSTRUCTIONS, type Asked, type Group } from './asked.ts'
import { isExchanged } from './exchanged.ts'
import type { Place } from './place.ts'
import { recallOf, type Pair } from './recall.ts'
import type { NumberedWords } from './vocabulary.ts'
import type { Slot } from './word-index.ts'
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

interface CompareOptions {
  /** Forgives slips of the pen, and looks for sentences that were exchanged. Costs more. */
  readonly isThorough: boolean
  /** The code at the place was not edited, so that what all share may not drift either. */
  readonly isSteady?: boolean
}

/** Compares a call with a group of recordings, slot by slot. */
export type CompareAsked = (asked: Asked, group: Group, options: CompareOptions) => Likeness

/** What a call has is looked up once: it is compared with many recordings in a row. */
export function createCompareAsked(place: Place): CompareAsked {
  const isOnly = place.groups.length === 1
  let last: { readonly asked: Asked; readonly slots: Map<string, CallSlot> } | undefined

  function callSlotOf(asked: Asked, name: string, slot: Slot): CallSlot {
    if (last?.asked !== asked) last = { asked, slots: new Map() }
    let known = last.slots.get(name)
    if (known === undefined) last.slots.set(name, (known = lookUp(place, asked, name, slot)))
    return known
  }

  return (asked, group, { isThorough, isSteady = false }) => {
    const sum = { all: 0, have: 0, known: 0, knownHave: 0, shared: 0, sharedHave: 0, worst: 1 }
    let exchanged = false
    for (const [name, words] of group.words()) {
      const slot = place.slots.get(name)
      const recorded = slot?.texts[group.id]
      if (slot === undefined || recorded === undefined) continue
      const isTelling = !place.isDecisive || slot.varies
      const isHeld = isSteady && name !== INSTRUCTIONS
      if (!isTelling && !isHeld) continue
      const { text, words: own, called, known } = callSlotOf(asked, name, slot)
      const pair = { slot: name, words, own, recorded, called }
      if (isHeld) addShared(sum, place, pair)
      const recall = recallOf(slot, pair, { isForgiving: isThorough, isOnly })
      if (recall.all > 0) {
        sum.all += recall.all
        sum.have += recall.have
        sum.worst = Math.min(sum.worst, recall.have / recall.all)
      }
      sum.known += known
      sum.knownHave += recall.knownHave
      if (isThorough && recall.have < recall.all && name !== INSTRUCTIONS) {
        exchanged ||= isExchanged(place, { ...pair, group, text, recall })
      }
    }
    return toLikeness(sum, exchanged)
  }
}

/** What a call has in a slot. */
interface CallSlot {
  readonly text: string
  readonly words: Words
  readonly called: NumberedWords
  /** What those of its words tell that some recording has. What is new at the place tells of none. */
  readonly known: number
}

function lookUp(place: Place, asked: Asked, name: string, slot: Slot): CallSlot {
  const [text, words] = counterpart(place, asked, name)
  const called = slot.vocabulary.numbered(words)
  const known = called.numbers.reduce(
    (sum, number, at) =>
      sum + (called.counts[at] ?? 0) * (called.weights[at] ?? 0) * (slot.worth[number] ?? 0),
    0,
  )
  return { text, words, called, known }
}

// A field that was renamed is looked for among those that no recording has.
function counterpart(
  place: Place,
  { slots, words }: Asked,
  name: string,
): readonly [text: string, words: Words] {
  const own = words().get(name)
  if (own !== undefined) return [slots.get(name) ?? '', own]
  const unknown = [...slots.keys()].filter((slot) => !place.slots.has(slot))
  return [
    unknown.map((slot) => slots.get(slot)).join('\n'),
    merged(unknown.flatMap((slot) => words().get(slot) ?? [])),
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

function addShared(sum: Sum, place: Place, { slot, words, own }: Pair): void {
  for (const [word, { weight }] of words) {
    if (place.weight(slot, word, 1) !== 0) continue
    sum.shared += weight
    if (own.has(word)) sum.sharedHave += weight
  }
}
