/** A word of a text: how often it comes, and how much it tells by itself. */
export interface Word {
  count: number
  weight: number
}

/** The words of a text. */
export type Words = ReadonlyMap<string, Word>

const SPACELESS = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}`
const LETTERS = String.raw`[\p{L}\p{M}\p{N}_]+`
const WORD = new RegExp(
  String.raw`https?:\/\/[^\s"'<>]+|[${SPACELESS}]+|${LETTERS}(?:[-'’.:@/]${LETTERS})*|[\p{S}*/%#&-]`,
  'gu',
)
const HAS_NO_SPACES = new RegExp(`^[${SPACELESS}]`, 'u')
const ADDRESS = /^https?:/i
const DIGIT = /\p{N}/u
const LETTER = /\p{L}/u
const CAPITAL = /^\p{Lu}/u
const HIRAGANA = /^\p{Script=Hiragana}+$/u
const SENTENCE_START = /[.!?:\n"]\s*$/
const SENTENCE_END = /(?<=[.!?])\s+|(?<=[。！？])|\n+/
const MAX_WORDS = 4_000

// What a word tells by itself: names and numbers most, small words and signs least.
const STRONG = 2
const PLAIN = 1
const SHORT = 0.5
const WEAK = 0.2
const SYLLABLES = 0.3
const LONGEST_WEAK = 3
const LONGEST_SHORT = 4

/** Takes a text apart into words, in lower case. Scripts without spaces are cut into pairs of signs. */
export function wordsOf(text: string): Words {
  const words = new Map<string, Word>()
  let left = MAX_WORDS
  for (const { 0: found, index } of text.matchAll(WORD)) {
    if (left-- <= 0) break
    if (HAS_NO_SPACES.test(found)) addPairs(words, found)
    else add(words, found.toLowerCase(), weightOf(found, startsSentence(text, index)))
  }
  return words
}

function add(words: Map<string, Word>, word: string, weight: number): void {
  const known = words.get(word)
  if (known === undefined) words.set(word, { count: 1, weight })
  else {
    known.count++
    known.weight = Math.min(known.weight, weight)
  }
}

function addPairs(words: Map<string, Word>, run: string): void {
  const signs = Array.from(run)
  if (signs.length === 1) add(words, run, PLAIN)
  for (let at = 0; at + 1 < signs.length; at++) {
    const pair = `${signs[at]}${signs[at + 1]}`
    add(words, pair, HIRAGANA.test(pair) ? SYLLABLES : PLAIN)
  }
}

function weightOf(word: string, isFirst: boolean): number {
  if (DIGIT.test(word) || ADDRESS.test(word)) return STRONG
  if (!LETTER.test(word)) return WEAK
  if (!isFirst && word.length > 1 && CAPITAL.test(word)) return STRONG
  if (word.length <= LONGEST_WEAK) return WEAK
  return word.length <= LONGEST_SHORT ? SHORT : PLAIN
}

function startsSentence(text: string, index: number): boolean {
  return index === 0 || SENTENCE_START.test(text.slice(Math.max(0, index - 3), index))
}

/** Whether a word has a digit: a number, a date, an id. */
export function hasDigit(word: string): boolean {
  return DIGIT.test(word)
}

/** Whether a word is a name: one with a capital within a sentence. */
export function isName(word: string, { weight }: Word): boolean {
  return weight === STRONG && !DIGIT.test(word)
}

/** The sentences and lines of a text. */
export function sentencesOf(text: string): readonly string[] {
  return text.split(SENTENCE_END).filter((part) => LETTER.test(part) || DIGIT.test(part))
}

/** How alike the words of two texts are, from 0 to 1. */
export function overlap(one: Words, other: Words): number {
  let all = 0
  let shared = 0
  for (const [word, { count, weight }] of one) {
    all += count * weight
    shared += 2 * weight * Math.min(count, other.get(word)?.count ?? 0)
  }
  for (const { count, weight } of other.values()) all += count * weight
  return all === 0 ? 1 : shared / all
}

const SHORTEST_NEAR = 5
const LONG = 9

/** Whether two words differ by one slip of the pen, or by two where they are long. */
export function isNear(one: string, other: string): boolean {
  const shorter = Math.min(one.length, other.length)
  const longer = Math.max(one.length, other.length)
  if (shorter < SHORTEST_NEAR || one[0] !== other[0] || HAS_NO_SPACES.test(one)) return false
  if (DIGIT.test(one) || DIGIT.test(other)) return false
  const slips = shorter >= LONG ? 2 : 1
  if (longer - shorter > slips) return false
  let start = 0
  while (start < shorter && one[start] === other[start]) start++
  let end = 0
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end++
  const differing = longer - start - end
  return differing <= slips || (differing === 2 && isSwapped(one, other, start))
}

function isSwapped(one: string, other: string, at: number): boolean {
  return one.length === other.length && one[at] === other[at + 1] && one[at + 1] === other[at]
}
