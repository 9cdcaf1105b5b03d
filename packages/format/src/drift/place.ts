import type { Encoded } from '../event.ts'
import { lazily } from '../lazily.ts'
import { INSTRUCTIONS, type Asked, type Group, type Member } from './asked.ts'
import { partsOf, type RequestParts } from './request-parts.ts'
import { createMessages } from './messages.ts'
import { indexWords, type WordIndex } from './word-index.ts'
import { wordsOf } from './words.ts'

/** The recordings of one place, by what tells them apart. */
export interface Place extends WordIndex {
  readonly groups: readonly Group[]
  /** Groups by all that tells them apart, which an edit of what all share leaves as it was. */
  readonly byContent: ReadonlyMap<string, readonly Group[]>
  /** Whether the lengths of a list differ. */
  readonly countsVary: (list: string) => boolean
  /** How much a word of a slot tells of which recording it is, by what it tells by itself. */
  weight(slot: string, word: string, own: number): number
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
  const index = indexWords(groups)
  const { slots } = index

  function contentOf({ history, slots: own }: Asked): string {
    return JSON.stringify([history, [...own].filter(([slot]) => slots.get(slot)?.varies !== false)])
  }

  return {
    ...index,
    groups,
    byContent: Map.groupBy(groups, contentOf),
    countsVary: (list) =>
      groups.some(({ counts }) => counts.get(list) !== groups[0]?.counts.get(list)),
    weight: (slot, word, own) => own * (slots.get(slot)?.worthOf(word) ?? 0),
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
