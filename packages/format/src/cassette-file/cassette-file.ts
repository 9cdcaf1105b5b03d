import { isObject, type EncodedObject, type Encoded, type SessionData } from '@retake/format'
import { fromEntries, fromHeader, toEntries, toHeader } from './entries.ts'
import { invalidCassette } from './error.ts'
import { createPacker } from './pack.ts'
import { CASSETTE_FORMAT, CASSETTE_LIMITS, formatCassette, readCassetteText } from './text.ts'
import { type BlobReader, createUnpacker } from './unpack.ts'
import type { CassetteJson } from './migrations.ts'

export interface SerializeOptions {
  /**
   * Longest string that stays in the text, in bytes of UTF-8. A longer one becomes a blob.
   *
   * @default 65536
   */
  readonly blobBytes?: number
  /**
   * Keeps when events started, how long they took, and when the parts of streams came.
   *
   * @default false
   */
  readonly keepTimings?: boolean
}

/** A cassette as it goes to disk. */
export interface SerializedCassette {
  readonly text: string
  /** What is stored beside the text, by SHA-256. */
  readonly blobs: ReadonlyMap<string, Uint8Array>
}

const OWN_FIELDS: readonly string[] = [
  ...Object.keys(CASSETTE_FORMAT),
  'session',
  'parts',
  'entries',
]

/**
 * Writes a session in the form that is committed.
 *
 * All that a new recording of the same answers changes is in the header, under `session`: below it,
 * such a recording gives an empty diff.
 *
 * @throws {ReplayInvalidSessionError} when it is so large or deep that it could not be read back.
 * @see docs/cassette-format.md
 */
export function serializeCassette(
  { session, events, virtual, end, ...later }: SessionData,
  { blobBytes = 65_536, keepTimings = false }: SerializeOptions = {},
): SerializedCassette {
  const entries = toEntries(events, keepTimings)
  const requests = entries.flatMap(({ request }) => (request === undefined ? [] : [request]))
  const { pack, packRequest, parts, blobs } = createPacker(requests, blobBytes)
  const packed = entries.map((entry) =>
    mapFields(entry, (value, name) => (name === 'request' ? packRequest(value) : pack(value))),
  )
  const text = formatCassette({
    ...CASSETTE_FORMAT,
    session: mapFields(
      toHeader({ session, ...(virtual && { virtual }), ...(end && { end }) }),
      pack,
    ),
    parts: Object.fromEntries(parts),
    entries: packed,
    ...later,
  })
  return { text, blobs }
}

/**
 * Reads a cassette, which may say anything: only JSON is parsed; sizes, depth and names are bounded.
 *
 * @throws {ReplayInvalidSessionError} when it is corrupt, or needs a newer reader.
 */
export function parseCassette(text: string, readBlob: BlobReader): SessionData {
  const file = readCassetteText(text)
  const { header, parts, entries } = sections(file)
  const unpack = createUnpacker(parts, readBlob, CASSETTE_LIMITS)
  const { session, virtual, end } = fromHeader(mapFields(header, unpack))
  const unpacked = entries.map((entry) => mapFields(entry, unpack))
  const later = Object.entries(file).filter(([name]) => !OWN_FIELDS.includes(name))
  return {
    ...Object.fromEntries(later),
    session,
    events: fromEntries(unpacked, session),
    ...(virtual && { virtual }),
    ...(end && { end }),
  }
}

function sections({ session, parts = {}, entries }: CassetteJson): {
  readonly header: EncodedObject
  readonly parts: EncodedObject
  readonly entries: readonly EncodedObject[]
} {
  if (isObject(session) && isObject(parts) && Array.isArray(entries) && entries.every(isObject)) {
    return { header: session, parts, entries } as ReturnType<typeof sections>
  }
  throw invalidCassette(
    'format',
    '"session" and "parts" are not objects, or "entries" no list of them',
  )
}

function mapFields(
  fields: EncodedObject,
  change: (value: Encoded, name: string) => Encoded,
): EncodedObject {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, change(value, name)]),
  )
}
