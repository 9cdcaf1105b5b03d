const MAX_CHARS = 200

/** The beginning of a text that may be long. */
export function clip(text: string): string {
  if (text.length <= MAX_CHARS) return text
  const end = MAX_CHARS - 1
  // Half of a pair of surrogates is no character.
  return `${text.slice(0, isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end)}…`
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00
}
