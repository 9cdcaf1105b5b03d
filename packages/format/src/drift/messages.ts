import { overlap, wordsOf, type Words } from './words.ts'

/** The messages of all conversations of a place, each kept once: the turns of a conversation repeat what went before. */
export interface Messages {
  /** The number of a message. Equal ones have the same. */
  numberOf(this: void, message: string): number
  /** How alike two conversations are, from 0 to 1. Messages that were edited count by their words. */
  likeness(recorded: readonly number[], now: readonly number[]): number
}

const MAX_COMPARED = 6

export function createMessages(): Messages {
  const numbers = new Map<string, number>()
  const texts: string[] = []
  const words: Words[] = []

  const wordsAt = (number: number) => (words[number] ??= wordsOf(texts[number] ?? ''))

  return {
    numberOf(message) {
      const known = numbers.get(message)
      if (known !== undefined) return known
      numbers.set(message, texts.length)
      return texts.push(message) - 1
    },
    likeness(recorded, now) {
      const total = recorded.length + now.length
      if (total === 0) return 1
      const gone = without(recorded, now)
      const come = without(now, recorded)
      let same = total - gone.length - come.length
      for (let at = 0; at < Math.min(gone.length, come.length, MAX_COMPARED); at++) {
        same += 2 * overlap(wordsAt(gone[at] ?? 0), wordsAt(come[at] ?? 0))
      }
      return same / total
    },
  }
}

function without(numbers: readonly number[], others: readonly number[]): readonly number[] {
  const known = new Set(others)
  return numbers.filter((number) => !known.has(number))
}
