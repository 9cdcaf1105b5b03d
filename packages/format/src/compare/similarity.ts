import type { Encoded } from '../event.ts'

/** One place at which two requests differ. `undefined` means that there is nothing on that side. */
export interface Difference {
  /** Such as `messages[1].content`. */
  readonly path: string
  readonly recorded: string | undefined
  readonly now: string | undefined
}

type Leaves = ReadonlyMap<string, string>

const MAX_LEAVES = 5_000
const MAX_WORDS = 4_000

/** How alike two requests are, from 0 to 1: the share of their text that stands at the same place in both. */
export function similarity(recorded: Encoded | undefined, now: Encoded | undefined): number {
  const left = leaves(recorded)
  const right = leaves(now)
  let shared = 0
  let total = 0
  for (const path of new Set([...left.keys(), ...right.keys()])) {
    const [one = '', other = ''] = [left.get(path), right.get(path)]
    const weight = leafWeight(Math.max(one.length, other.length))
    total += weight
    if (left.has(path) && right.has(path)) shared += weight * likeness(one, other)
  }
  return total === 0 ? 1 : shared / total
}

/** Where two requests differ, in the order of the recorded one. */
export function differences(
  recorded: Encoded | undefined,
  now: Encoded | undefined,
): readonly Difference[] {
  const left = leaves(recorded)
  const right = leaves(now)
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((path) => left.get(path) !== right.get(path))
    .map((path) => ({ path, recorded: left.get(path), now: right.get(path) }))
}

function leaves(value: Encoded | undefined): Leaves {
  const found = new Map<string, string>()
  if (value !== undefined) collect(value, '', found)
  return found
}

function collect(value: Encoded, path: string, found: Map<string, string>): void {
  if (found.size >= MAX_LEAVES) return
  if (value === null || typeof value !== 'object') found.set(path, JSON.stringify(value))
  else if (isList(value)) value.forEach((item, index) => collect(item, `${path}[${index}]`, found))
  else {
    for (const key of Object.keys(value).sort()) {
      const child = value[key]
      if (child !== undefined) collect(child, path === '' ? key : `${path}.${key}`, found)
    }
  }
}

// A long prompt counts more than a flag, but not by its length, or nothing else would count at all.
function leafWeight(length: number): number {
  return 1 + Math.log2(1 + length)
}

function likeness(one: string, other: string): number {
  return one === other ? 1 : wordOverlap(words(one), words(other))
}

/** Sørensen–Dice coefficient over the words of two texts, repeats counted. */
function wordOverlap(one: readonly string[], other: readonly string[]): number {
  const counts = new Map<string, number>()
  for (const word of one) counts.set(word, (counts.get(word) ?? 0) + 1)
  let shared = 0
  for (const word of other) {
    const left = counts.get(word) ?? 0
    if (left > 0) shared++
    counts.set(word, left - 1)
  }
  return (2 * shared) / Math.max(1, one.length + other.length)
}

// Without the quotes that JSON puts around a text, or two short texts would share most of their signs.
function words(leaf: string): readonly string[] {
  const text = leaf.replace(/^"([^]*)"$/, '$1')
  return (text.match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? []).slice(0, MAX_WORDS)
}

function isList(value: object): value is readonly Encoded[] {
  return Array.isArray(value)
}

/** A likeness in words. Rounded down, so that only equal requests are 100 % alike. */
export function formatLikeness(likeness: number): string {
  return `${Math.floor(likeness * 100)} % alike`
}
