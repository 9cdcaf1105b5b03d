import { hasDigit, type Words } from './words.ts'

/** Words of a text by their numbers in a vocabulary. Arrays side by side, since a place has very many of them. */
export interface NumberedWords {
  readonly numbers: Uint32Array
  readonly counts: Uint32Array
  /** How much each tells by itself. */
  readonly weights: Float64Array
}

/** One text, laid out by the numbers of its words, to be compared with many others. */
interface Tally {
  /** How often a word comes; 0 where the text does not have it. */
  readonly counts: Uint32Array
  /** How much a word tells by itself, where the text has it. */
  readonly weights: Float64Array
}

/** The words that texts have which were collected. */
export interface Vocabulary {
  readonly size: number
  /** The number of a word, or undefined if no text has it. */
  numberOf(word: string): number | undefined
  wordOf(number: number): string
  hasDigit(number: number): boolean
  /** How many texts have a word. */
  having(number: number): number
  /** The words of another text that are known here; the others tell of none. */
  numbered(words: Words): NumberedWords
  /** Lays out a text. The arrays are the same each time, and hold the text until another one is laid out. */
  tally(words: NumberedWords): Tally
}

/** Collects words, text by text. All are there before the first one is laid out. */
export function createVocabulary(): Vocabulary & { collect(words: Words): NumberedWords } {
  const numbers = new Map<string, number>()
  const texts: string[] = []
  const areNumbers: boolean[] = []
  const havings: number[] = []
  let laidOut: NumberedWords | undefined
  let tally: Tally | undefined

  function add(word: string): number {
    const number = texts.length
    numbers.set(word, number)
    texts.push(word)
    areNumbers.push(hasDigit(word))
    havings.push(0)
    return number
  }

  return {
    get size() {
      return texts.length
    },
    numberOf: (word) => numbers.get(word),
    wordOf: (number) => texts[number] ?? '',
    hasDigit: (number) => areNumbers[number] ?? false,
    having: (number) => havings[number] ?? 0,
    numbered: (words) => numberedBy(words, (word) => numbers.get(word)),
    collect: (words) =>
      numberedBy(words, (word) => {
        const number = numbers.get(word) ?? add(word)
        havings[number] = (havings[number] ?? 0) + 1
        return number
      }),
    tally(words) {
      tally ??= {
        counts: new Uint32Array(texts.length),
        weights: new Float64Array(texts.length),
      }
      if (words === laidOut) return tally
      for (const number of laidOut?.numbers ?? []) tally.counts[number] = 0
      for (const [at, number] of words.numbers.entries()) {
        tally.counts[number] = words.counts[at] ?? 0
        tally.weights[number] = words.weights[at] ?? 0
      }
      laidOut = words
      return tally
    },
  }
}

function numberedBy(words: Words, numberOf: (word: string) => number | undefined): NumberedWords {
  const [found, counts, weights]: [number[], number[], number[]] = [[], [], []]
  for (const [word, { count, weight }] of words) {
    const number = numberOf(word)
    if (number === undefined) continue
    found.push(number)
    counts.push(count)
    weights.push(weight)
  }
  return {
    numbers: Uint32Array.from(found),
    counts: Uint32Array.from(counts),
    weights: Float64Array.from(weights),
  }
}
