import {
  boundsFault,
  describeFault,
  isObject,
  type JsonFault,
  type JsonLimits,
  MAX_JSON_DEPTH,
  MAX_JSON_VALUES,
  parseJson,
} from '@retake/format'
import { invalidCassette } from './error.ts'
import { type CassetteJson, migrate } from './migrations.ts'

/** Version of the format that is written, and the oldest version of a reader that can read it. */
export const CASSETTE_FORMAT = { format: 'retake', v: 1, minReader: 1 } as const

/** An entry lies two levels deeper in a cassette than in a journal. */
export const CASSETTE_LIMITS: JsonLimits = {
  maxChars: 2 ** 28,
  maxDepth: MAX_JSON_DEPTH + 2,
  maxValues: MAX_JSON_VALUES,
}

const CONFLICT = /^(?:<{7}|>{7}) /m

/**
 * Writes a cassette's text: two spaces, LF, and a final one.
 *
 * @throws {ReplayInvalidSessionError} when it could not be read back.
 */
export function formatCassette(file: CassetteJson): string {
  const text = `${JSON.stringify(file, null, 2)}\n`
  const fault = boundsFault(text, CASSETTE_LIMITS)
  if (fault !== undefined) throw unreadable(fault, text)
  return text
}

/**
 * Reads a cassette's text, and brings it to our version.
 *
 * @throws {ReplayInvalidSessionError} when it is not a cassette, or needs a newer reader.
 */
export function readCassetteText(text: string): CassetteJson {
  const parsed = parseJson(text, CASSETTE_LIMITS)
  if ('fault' in parsed) throw unreadable(parsed.fault, text)
  const file = parsed.value
  if (!isObject(file) || file.format !== CASSETTE_FORMAT.format) {
    throw invalidCassette('format', 'it does not say "format": "retake"')
  }
  checkVersion(file)
  return migrate(file, CASSETTE_FORMAT.v)
}

function checkVersion({ v, minReader }: CassetteJson): void {
  if (!Number.isSafeInteger(v) || !Number.isSafeInteger(minReader)) {
    throw invalidCassette('format', '"v" and "minReader" must be whole numbers')
  }
  if (Number(minReader) <= CASSETTE_FORMAT.v) return
  throw invalidCassette(
    'version',
    `it needs a reader of version ${Number(minReader)}, and this one has version ${CASSETTE_FORMAT.v}`,
  )
}

function unreadable(fault: JsonFault, text: string): Error {
  if (fault === 'json' && CONFLICT.test(text)) {
    return invalidCassette('conflict', 'it holds conflict markers of a merge')
  }
  return invalidCassette(fault, `it ${describeFault(fault, CASSETTE_LIMITS)}`)
}
