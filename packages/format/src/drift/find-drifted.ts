import type { Encoded } from '../event.ts'
import { INSTRUCTIONS, type Asked, type Group } from './asked.ts'
import { createCompareAsked, type Likeness } from './compare-asked.ts'
import { createNearestGroups } from './nearest-groups.ts'
import { createPlace, type Place } from './place.ts'
import { TURN } from './request-parts.ts'
import { overlap } from './words.ts'

/** What is known of the recordings of a place while they are used up. */
export interface Recordings {
  readonly requests: readonly (Encoded | undefined)[]
  isUsed(index: number): boolean
  /** Whether a call of the place was found equal to its recording. */
  isSteady(): boolean
}

/** The recording that an edited call is of, by its index; or why there is none. */
export type Drifted =
  | { readonly index: number; readonly why?: undefined }
  | { readonly index?: undefined; readonly why: string }

/** Finds the recording that an edited call is of. */
export type FindDrifted = (request: Encoded | undefined) => Drifted

// Telling words that a call has to have, at the least.
const ALIKE = 0.6
// Where another recording has much of them too, half of what it lacks.
const HALF = 0.5
// Of the telling words of a call, those that the recording has.
const KNOWN = 0.5
// By how much a recording that was served has to be nearer.
const SERVED = 0.08
const STEADY = 0.9
const HISTORY = 0.3
const CANDIDATES = 12
const UNUSED_CANDIDATES = 6
const NEXT_CANDIDATES = 4
const SIBLINGS = 6
// Only what may win is looked at word by word. Where nothing stands out, that is all.
const CLOSE = 0.15
const EQUAL = 1e-9
const SAME_SCORE = 1e-6

interface Candidate extends Likeness {
  readonly group: Group
  readonly history: number
  readonly rank: number
}

/**
 * Finds, among the recordings of one place, the one that an edited call is of: words count by how few recordings have
 * them, the last turn of a conversation counts before what went before it, and what all recordings share counts
 * nothing. Of all that are unused the most alike is taken, whatever their order, unless something else is asked.
 *
 * @see docs/decisions/0065-which-recording-an-edited-call-is-of.md
 */
export function createFindDrifted(recordings: Recordings): FindDrifted {
  const place = createPlace(recordings.requests)
  const nearest = createNearestGroups(place)
  const compare = createCompareAsked(place)
  const siblings = new Map<number, number>()
  const isOnly = place.groups.length === 1
  const isFree = ({ members }: Group) => members.some(({ index }) => !recordings.isUsed(index))
  const firstFree = ({ members }: Group) =>
    members.find(({ index }) => !recordings.isUsed(index))?.index ?? Number.POSITIVE_INFINITY

  function find(request: Encoded | undefined): Drifted {
    const asked = place.ask(request)
    const same = isOnly ? undefined : place.byContent.get(place.contentOf(asked))
    const member = same && memberOf(same, asked)
    if (member !== undefined) return { index: member }
    const candidates = candidatesFor(asked)
    const best = candidates.find(({ group }) => isFree(group))
    if (best === undefined) return { why: 'every recording of this place was served already' }
    const why = whyNot(asked, best, candidates)
    if (why !== undefined) return { why }
    const index = memberOf([best.group], asked)
    return index === undefined
      ? {
          why: 'recordings of this question differ in their settings, and none has those of the call',
        }
      : { index }
  }

  function candidatesFor(asked: Asked): readonly Candidate[] {
    const isSteady = !isOnly && recordings.isSteady()
    const look = (group: Group, history: number, isThorough: boolean): Candidate => {
      const likeness = compare(asked, group, { isThorough, isSteady })
      return { ...likeness, group, history, rank: likeness.score + HISTORY * history }
    }
    const rough = groupsFor(asked).map((group) =>
      look(group, place.historyLikeness(group, asked), false),
    )
    const most = Math.max(...rough.map(({ rank }) => rank))
    return rough
      .map((one) =>
        one.rank < most - CLOSE && most > 0.5 ? one : look(one.group, one.history, true),
      )
      .sort((one, other) => other.rank - one.rank || firstFree(one.group) - firstFree(other.group))
  }

  function groupsFor(asked: Asked): readonly Group[] {
    const may = (id: number) => isFree(place.groups[id] as Group)
    const ids = new Set(nearest.like(asked, { limit: CANDIDATES }))
    for (const id of nearest.like(asked, { limit: UNUSED_CANDIDATES, may })) ids.add(id)
    // A word with a slip of the pen is in no index: what is next in order is looked at as well.
    let next = 0
    for (let id = 0; id < place.groups.length && next < NEXT_CANDIDATES; id++) {
      if (!may(id)) continue
      ids.add(id)
      next++
    }
    return [...ids].map((id) => place.groups[id] as Group)
  }

  function whyNot(
    asked: Asked,
    best: Candidate,
    candidates: readonly Candidate[],
  ): string | undefined {
    const { group } = best
    const [first] = candidates
    if (first && first !== best && first.rank > best.rank + SERVED) {
      return 'its recording was served already'
    }
    if (hasOtherCount(place, asked, group)) return 'the number of items differs'
    if (isOnly && hasAddedArguments(asked, group)) return 'it has arguments that were not recorded'
    if (isOtherContent(asked, best)) return 'something else is asked'
    if (best.precision < KNOWN) return 'it asks for what other recordings are about'
    if (best.shared < STEADY)
      return 'what all recordings of this place share is missing in this call alone'
    if (hasNoWords(place, asked, best)) return 'there are no words to tell recordings apart by'
    if (best.exchanged) return 'a sentence, a number or a name was exchanged for another'
    return whyUndecided(asked, best, candidates)
  }

  function isOtherContent(asked: Asked, best: Candidate): boolean {
    const { group, recall, worst, isEmpty, precision } = best
    // Nothing tells it apart but that it has no more than the others.
    if (isEmpty && place.isDecisive) {
      return precision < 1 - EQUAL || plainLikeness(asked, group) < ALIKE
    }
    const sibling = isOnly ? 0 : nearestSibling(group)
    const learned = sibling < 0.999 ? sibling + (1 - sibling) * HALF : 0
    return Math.min(recall, worst) < Math.max(ALIKE, learned)
  }

  // How much of what tells a recording apart its nearest neighbour has.
  function nearestSibling(group: Group): number {
    const known = siblings.get(group.id)
    if (known !== undefined) return known
    let most = 0
    for (const id of nearest.like(group, { limit: SIBLINGS, may: (other) => other !== group.id })) {
      const { worst, recall } = compare(place.groups[id] as Group, group, {
        isThorough: false,
      })
      if (worst < 1 || recall < 1) most = Math.max(most, Math.min(worst, recall))
    }
    siblings.set(group.id, most)
    return most
  }

  // Several with the same last turn are told apart by what went before.
  function whyUndecided(
    asked: Asked,
    best: Candidate,
    candidates: readonly Candidate[],
  ): string | undefined {
    const { group } = best
    const tied = candidates.filter(
      (one) => one !== best && Math.abs(one.score - best.score) < SAME_SCORE,
    )
    const isOtherTurn = asked.history.length !== group.history.length
    if (isOtherTurn && tied.some((one) => one.group.history.length !== group.history.length)) {
      return 'it is another turn of the conversation'
    }
    const isEither = tied.some(
      (one) =>
        isFree(one.group) &&
        Math.abs(one.rank - best.rank) < EQUAL &&
        slotsOf(one.group) !== slotsOf(group),
    )
    return isEither ? 'several recordings are equally alike' : undefined
  }

  // Of recordings with equal content: the one with the settings in which they differ, else the first.
  function memberOf(groups: readonly Group[], asked: Asked): number | undefined {
    const members = groups.flatMap((group) => group.members)
    const telling = differingSettings(members.map(({ parameters }) => parameters))
    return members.find(
      ({ index, parameters }) =>
        !recordings.isUsed(index) &&
        telling.every((name) => parameters.get(name) === asked.parameters.get(name)),
    )?.index
  }

  return find
}

function differingSettings(all: readonly ReadonlyMap<string, string>[]): readonly string[] {
  const [first] = all
  const names = new Set(all.flatMap((settings) => [...settings.keys()]))
  return [...names].filter((name) =>
    all.some((settings) => settings.get(name) !== first?.get(name)),
  )
}

// Texts to embed come in a list, and each has its answer.
function hasOtherCount({ groups, countsVary }: Place, asked: Asked, group: Group): boolean {
  for (const [list, count] of group.counts) {
    const now = asked.counts.get(list)
    if (now === undefined || now === count) continue
    if (groups.length === 1 || list === 'input[]' || countsVary(list)) return true
  }
  return false
}

// Of the only call of a tool nothing is known but its arguments. Where one is gone as well, it may have another name now.
function hasAddedArguments(asked: Asked, group: Group): boolean {
  if (asked.slots.has(TURN) || asked.parameters.size > 0) return false
  const isAdded = [...asked.slots.keys()].some((slot) => !group.slots.has(slot))
  return isAdded && [...group.slots.keys()].every((slot) => asked.slots.has(slot))
}

function hasNoWords(
  { isDecisive }: Place,
  { slots }: Asked,
  { isEmpty, group }: Candidate,
): boolean {
  if (!isEmpty || isDecisive) return false
  return [...group.slots].some(([slot, text]) => slot !== INSTRUCTIONS && slots.get(slot) !== text)
}

function plainLikeness({ words }: Asked, group: Group): number {
  let worst = 1
  for (const [slot, own] of group.words()) {
    if (slot !== INSTRUCTIONS) worst = Math.min(worst, overlap(own, words().get(slot) ?? new Map()))
  }
  return worst
}

function slotsOf({ slots }: Group): string {
  return JSON.stringify([...slots])
}
