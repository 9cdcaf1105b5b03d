import { INSTRUCTIONS, type Group } from './asked.ts'
import { createVocabulary, type NumberedWords, type Vocabulary } from './vocabulary.ts'

/** The words of all recordings of a place. */
export interface WordIndex {
  readonly slots: ReadonlyMap<string, Slot>
  /** By word, the groups that have it in any slot. */
  readonly postings: ReadonlyMap<string, readonly number[]>
  /** Whether anything tells the recordings apart; else all words count. */
  readonly isDecisive: boolean
}

/** What the recordings of a place have in one slot. */
export interface Slot {
  readonly vocabulary: Vocabulary
  /** Whether the texts differ. */
  readonly varies: boolean
  /** By the id of a group, its words; none where it does not have the slot. */
  readonly texts: readonly (NumberedWords | undefined)[]
  /** By the number of a word, how much it tells of which recording it is, per what it tells by itself. */
  readonly worth: Float64Array
  /** The same of a word by its text. */
  worthOf(word: string): number
}

/** What few have tells most, and what all have tells nothing. Repeated recordings count once. */
export function indexWords(groups: readonly Group[]): WordIndex {
  const texts = new Map<string, SlotTexts>()
  const postings = new Map<string, number[]>()
  for (const { id, words } of groups) {
    for (const [name, own] of words()) {
      let slot = texts.get(name)
      if (slot === undefined)
        texts.set(name, (slot = { vocabulary: createVocabulary(), texts: [] }))
      slot.texts[id] = slot.vocabulary.collect(own)
      for (const word of own.keys()) post(postings, word, id)
    }
  }
  const varying = new Set([...texts.keys()].filter((name) => differ(groups, name)))
  const isDecisive = groups.length > 1 && varying.size > 0
  const slots = [...texts].map(([name, slot]) => {
    const varies = varying.has(name)
    const worth = isDecisive
      ? worthByRarity(groups.length, varies)
      : () => (name === INSTRUCTIONS ? 0 : 1)
    return [name, createSlot({ ...slot, varies, worth })] as const
  })
  return { slots: new Map(slots), postings, isDecisive }
}

interface SlotTexts {
  readonly vocabulary: ReturnType<typeof createVocabulary>
  readonly texts: NumberedWords[]
}

function post(postings: Map<string, number[]>, word: string, id: number): void {
  const row = postings.get(word)
  if (row === undefined) postings.set(word, [id])
  else if (row.at(-1) !== id) row.push(id)
}

function differ(groups: readonly Group[], name: string): boolean {
  return groups.some(({ slots }) => slots.get(name) !== groups[0]?.slots.get(name))
}

/** How much a word tells that so many groups have. */
type Worth = (having: number) => number

function worthByRarity(size: number, varies: boolean): Worth {
  if (!varies) return () => 0
  return (having) => (having === 0 ? 1 : Math.log(size / having) / Math.log(size))
}

function createSlot({
  worth: worthOf,
  ...slot
}: SlotTexts & { readonly varies: boolean; readonly worth: Worth }): Slot {
  const { vocabulary } = slot
  const worth = Float64Array.from({ length: vocabulary.size }, (_, number) =>
    worthOf(vocabulary.having(number)),
  )
  const worthOfNew = worthOf(0)
  return { ...slot, worth, worthOf: (word) => worth[vocabulary.numberOf(word) ?? -1] ?? worthOfNew }
}
