import { createHash } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { fitCassetteName } from '@retake/core/stores/cassette-files'

/** The folder beside test files that holds their cassettes. */
export const CASSETTE_FOLDER = '__cassettes__' as const

const LONGEST_NAME = 80
const HASH_CHARS = 8
// All other characters mean something to some file system or shell, or are told apart by one and not by another.
const UNSAFE = /[^\p{L}\p{N}_.-]+/gu
// Windows knows these as devices, whatever follows the first dot.
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/** The folder with the cassettes of a test file, beside it. */
export function cassetteFolder(testFile: string): string {
  return join(dirname(testFile), CASSETTE_FOLDER, basename(testFile))
}

/**
 * The name of a test's cassette, without folder: the names of the suites around it and its own, in characters that every
 * file system takes. Where that loses something, or the name is long, a hash of the whole name follows.
 *
 * @param names From the outermost suite to the test.
 * @param repeat How many tests before it in the file would have a cassette of this name.
 */
export function cassetteName(names: readonly string[], repeat = 0): string {
  const readable = names.map(toReadable).join('--')
  const fitting = fitCassetteName(wholeCharacters(readable.slice(0, LONGEST_NAME)))
  const isExact = names.every(isExactName) && fitting === readable
  const start = fitting.replace(/^[.-]+|[.-]+$/g, '')
  const safe = DEVICE.test(start) ? `_${start}` : start
  const hashed = isExact && safe !== '' ? safe : [safe, hashOf(names)].filter(Boolean).join('-')
  return `${hashed}${repeat > 0 ? `-${repeat + 1}` : ''}.cassette.json`
}

// A cut may fall within a character of two units.
function wholeCharacters(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '')
}

function toReadable(name: string): string {
  return name
    .normalize('NFC')
    .replace(UNSAFE, '-')
    .replace(/^-+|-+$/g, '')
}

function isExactName(name: string): boolean {
  return /^[\p{L}\p{N}_.-]+(?: [\p{L}\p{N}_.-]+)*$/u.test(name) && !/^[.-]|[.-]$|--/.test(name)
}

function hashOf(names: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, HASH_CHARS)
}
