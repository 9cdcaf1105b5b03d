// In the text of a URL object they are percent-encoded.
const SOURCE = '(?:«|%C2%AB)(?<kind>[a-z]{1,16})(?::|%3A)(?<number>\\d{1,6})(?:»|%C2%BB)'
const EXACT = new RegExp(`^${SOURCE}$`)

/** Finds what stands in place of a value that was removed, such as `«secret:1»`. */
export const PLACEHOLDER: RegExp = new RegExp(SOURCE, 'dg')

/** Gives values their placeholders: equal values of a kind get the same, and others another. */
export type Label = (kind: string, value: string) => string

/** Writes a placeholder. */
export function placeholder(kind: string, number: number | string): string {
  return `«${kind}:${number}»`
}

/** Whether a text is one placeholder and nothing else. */
export function isPlaceholder(text: string): boolean {
  return EXACT.test(text)
}

/**
 * Starts a numbering by first appearance.
 *
 * A placeholder that is found in a text counts as a value. An answer that was redacted comes back in
 * the next request of a replay, and has to stay apart from the secrets there.
 *
 * @see docs/decisions/0014-placeholders-are-values.md
 */
export function createLabel(): Label {
  // Made when there is something to number, which is hardly ever.
  let numbers: Map<string, Map<string, number>> | undefined
  return (kind, value) => {
    numbers ??= new Map()
    const own = EXACT.exec(value)?.groups
    const name = own?.kind ?? kind
    const known = numbers.get(name) ?? new Map<string, number>()
    numbers.set(name, known)
    const key = own ? placeholder(name, own.number ?? '') : value
    const number = known.get(key) ?? known.size + 1
    known.set(key, number)
    return placeholder(name, number)
  }
}

/** Numbers the placeholders of a text anew, by first appearance. */
export function renumber(text: string): string {
  const label = createLabel()
  return text.replace(PLACEHOLDER, (found, kind: string) => label(kind, found))
}

/** Writes the placeholders of a URL in the way in which a URL object writes them itself. */
export function encodePlaceholders(url: string): string {
  return url.replace(PLACEHOLDER, (_found, kind: string, number: string) => {
    return `%C2%AB${kind}%3A${number}%C2%BB`
  })
}
