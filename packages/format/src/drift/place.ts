import type { Encoded } from '../event.ts'
import { lazily } from '../lazily.ts'
import { partsOf, type RequestParts } from './request-parts.ts'
import { createMessages } from './messages.ts'
import { hasDigit, wordsOf, type Words } from './words.ts'

/** The slot that holds the instructions, where they tell recordings apart. */
export const INSTRUCTIONS = 'instructions'

/** A request, by its slots: their texts, and the words of these. */
export interface Asked extends Omit<RequestParts, 'history' | 'instructions'> {
  readonly slots: ReadonlyMap<string, string>
  /** Found when they are first asked for: most calls are known by their texts. */
  readonly words: () => ReadonlyMap<string, Words>
  /** Numbers of the messages that went before, which are kept once for all conversations of the place. */
  readonly history: readonly number[]
}

/** Recordings that ask the same, but for their settings: repeated questions, ensembles. */
export interface Group extends Asked {
  readonly id: number
  readonly members: readonly Member[]
}

/** One recording of a group. */
interface Member {
  /** Its place among all recordings of the place, in start order. */
  readonly index: number
  readonly parameters: ReadonlyMap<string, string>
}

/** A word, with how much it tells of which recording it is. */
export interface TellingWord {
  readonly word: string
  readonly count: number
  readonly weight: number
  readonly hasDigit: boolean
  /** Some recording has it in this slot. */
  readonly isKnown: boolean
}

/** The recordings of one place, by what tells them apart. */
export interface Place {
  readonly groups: readonly Group[]
  /** Whether anything tells the recordings apart; else all words count. */
  readonly isDecisive: boolean
  /** By slot and word, how many groups have it. */
  readonly spread: ReadonlyMap<string, ReadonlyMap<string, number>>
  /** By word, the groups that have it in any slot. */
  readonly postings: ReadonlyMap<string, readonly number[]>
  /** Groups by all that tells them apart, which an edit of what all share leaves as it was. */
  readonly byContent: ReadonlyMap<string, readonly Group[]>
  /** Whether the texts of a slot differ. */
  varies(slot: string): boolean
  /** Whether the lengths of a list differ. */
  readonly countsVary: (list: string) => boolean
  /** How much a word of a slot tells of which recording it is, by what it tells by itself. */
  weight(slot: string, word: string, own: number): number
  /** The words of a slot, with what they tell. */
  telling(asked: Asked, slot: string): readonly TellingWord[]
  /** The same for any words, as if they stood in the slot. */
  tellingIn(slot: string, words: Words): readonly TellingWord[]
  /** A request as those of the place are looked at. */
  ask(request: Encoded | undefined): Asked
  contentOf(asked: Asked): string
  /** How alike what went before is, from 0 to 1. */
  historyLikeness(recorded: Asked, now: Asked): number
}

/** Looks at all recordings of a place, used ones too: what tells them apart is what a call has to agree in. */
export function createPlace(requests: readonly (Encoded | undefined)[]): Place {
  const all = requests.map(partsOf)
  const instructions = all.map(instructionsOf)
  const areTold = instructions.some((text) => text !== instructions[0])
  const messages = createMessages()
  const toAsked = ({ instructions: told, ...parts }: RequestParts): Asked => {
    const slots = areTold ? new Map([...parts.slots, [INSTRUCTIONS, told.join('\n')]]) : parts.slots
    const words = lazily(() => new Map([...slots].map(([slot, text]) => [slot, wordsOf(text)])))
    const history = parts.history.map(messages.numberOf)
    return { ...parts, slots, history, words }
  }
  const groups = groupsOf(all, toAsked)
  const { spread, postings } = indexWords(groups)
  const varying = new Set(
    [...spread.keys()].filter((slot) => differ(groups, (of) => of.slots.get(slot))),
  )
  const isDecisive = groups.length > 1 && varying.size > 0
  const varies = (slot: string) => varying.has(slot)

  // What few have tells most, and what all have tells nothing. Repeated recordings count once.
  const rarities = Float64Array.from({ length: groups.length + 1 }, (_, having) =>
    having === 0 ? 1 : Math.log(groups.length / having) / Math.log(groups.length),
  )

  function rarity(slot: string, word: string): number {
    return rarities[spread.get(slot)?.get(word) ?? 0] ?? 1
  }

  function weight(slot: string, word: string, own: number): number {
    if (isDecisive) return varying.has(slot) ? own * rarity(slot, word) : 0
    return slot === INSTRUCTIONS ? 0 : own
  }

  const told = new WeakMap<Asked, Map<string, readonly TellingWord[]>>()

  // A recording is compared with many calls, and a call with many recordings.
  function telling(asked: Asked, slot: string): readonly TellingWord[] {
    let bySlot = told.get(asked)
    if (bySlot === undefined) told.set(asked, (bySlot = new Map<string, readonly TellingWord[]>()))
    let words = bySlot.get(slot)
    if (words === undefined) {
      bySlot.set(slot, (words = tellingIn(slot, asked.words().get(slot) ?? new Map())))
    }
    return words
  }

  function tellingIn(slot: string, words: Words): readonly TellingWord[] {
    const known = spread.get(slot)
    return [...words].map(([word, { count, weight: own }]) => ({
      word,
      count,
      weight: weight(slot, word, own),
      hasDigit: hasDigit(word),
      isKnown: known?.has(word) ?? false,
    }))
  }

  function contentOf({ history, slots }: Asked): string {
    return JSON.stringify([
      history,
      [...slots].filter(([slot]) => varies(slot) || !spread.has(slot)),
    ])
  }

  return {
    groups,
    isDecisive,
    spread,
    postings,
    byContent: Map.groupBy(groups, contentOf),
    varies,
    countsVary: (list) => differ(groups, ({ counts }) => counts.get(list)),
    weight,
    telling,
    tellingIn,
    ask: (request) => toAsked(partsOf(request)),
    contentOf,
    historyLikeness: ({ history: recorded }, { history: now }) => messages.likeness(recorded, now),
  }
}

function instructionsOf({ instructions }: RequestParts): string {
  return instructions.join('\n')
}

function groupsOf(
  all: readonly RequestParts[],
  toAsked: (parts: RequestParts) => Asked,
): readonly Group[] {
  const byContent = new Map<string, Group & { readonly members: Member[] }>()
  for (const [index, parts] of all.entries()) {
    const asked = toAsked(parts)
    // The history by its numbers: its texts would be written once for each turn of a conversation.
    const key = JSON.stringify([
      parts.instructions,
      asked.history,
      [...parts.slots],
      [...parts.counts],
    ])
    let group = byContent.get(key)
    if (group === undefined) {
      group = { ...asked, id: byContent.size, members: [] }
      byContent.set(key, group)
    }
    group.members.push({ index, parameters: parts.parameters })
  }
  return [...byContent.values()]
}

function indexWords(groups: readonly Group[]): Pick<Place, 'spread' | 'postings'> {
  const spread = new Map<string, Map<string, number>>()
  const postings = new Map<string, number[]>()
  for (const { id, words } of groups) {
    for (const [slot, own] of words()) {
      const seen = spread.get(slot) ?? new Map<string, number>()
      spread.set(slot, seen)
      for (const word of own.keys()) {
        seen.set(word, (seen.get(word) ?? 0) + 1)
        const row = postings.get(word)
        if (row === undefined) postings.set(word, [id])
        else if (row.at(-1) !== id) row.push(id)
      }
    }
  }
  return { spread, postings }
}

function differ(groups: readonly Group[], read: (group: Group) => unknown): boolean {
  const [first, ...others] = groups
  return first !== undefined && others.some((group) => read(group) !== read(first))
}
