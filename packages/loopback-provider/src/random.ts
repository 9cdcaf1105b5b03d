import { randomBytes, randomInt } from 'node:crypto'

// Some take more than one byte a letter, as the words of real answers do.
const WORDS =
  `amber basalt café cedar cobalt copper coral crane dusk ember falcon fjord flint garnet glacier
  größer harbour hazel indigo ivory jasper juniper kestrel lantern lichen linen maple marble meadow
  mistral moss naïve nickel oak onyx opal orchid osprey pebble pine plum quartz raven reed rowan
  saffron sable señor slate sparrow spruce stone teal thistle tundra umber velvet violet walnut
  willow wren zinc 雲 🦊`.split(/\s+/)

/** Any of the items. All randomness here is the system's, which a test cannot seed by accident. */
export function pick<T>(items: readonly [T, ...T[]]): T {
  return items[randomInt(items.length)] ?? items[0]
}

export function randomWords(count: number): string {
  return Array.from({ length: count }, () => WORDS[randomInt(WORDS.length)]).join(' ')
}

/** Like `randomWords`, beginning with a capital and ending with a full stop. */
export function randomSentence(words: number): string {
  const text = randomWords(words)
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

/** A prefix and 24 letters and digits, as in the ids of providers. */
export function randomId(prefix: string): string {
  return prefix + randomBytes(12).toString('hex')
}

/** A whole number from `lowest` to `highest`, both included. */
export function randomNumber(lowest: number, highest: number): number {
  return highest <= lowest ? lowest : randomInt(lowest, highest + 1)
}
