import { utf8Length } from '@retake/format'

// File systems take 255 bytes. The ending of a cassette goes off, and what a caller adds to tell names apart.
const MAX_NAME_BYTES = 200

/** The start of a name, whole characters of it, that fits into the name of a cassette file on every file system. */
export function fitCassetteName(name: string): string {
  if (utf8Length(name) <= MAX_NAME_BYTES) return name
  let fitting = ''
  let bytes = 0
  for (const character of name) {
    bytes += utf8Length(character)
    if (bytes > MAX_NAME_BYTES) break
    fitting += character
  }
  return fitting
}
