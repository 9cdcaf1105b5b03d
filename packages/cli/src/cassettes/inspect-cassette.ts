import { readdirSync, readFileSync } from 'node:fs'
import type { SessionData } from '@retake/core'
import {
  CASSETTE_FORMAT,
  serializeCassette,
  type SerializedCassette,
  type SerializeOptions,
} from '@retake/core/cassette-file'
import { readCassetteFile } from '@retake/core/stores/cassette-files'
import { blobFolderOf } from './find-cassettes.ts'

/** A cassette, and how its file stands to the form in which it would be written now. */
export interface Inspection {
  readonly data: SessionData
  /** Written by an older version, by this one, or by a newer one. */
  readonly format: 'older' | 'current' | 'newer'
  /** Version of the format that the file says. */
  readonly version: number
  /** Writing it again gives the same bytes. Says nothing about the file of another version. */
  readonly isCanonical: boolean
  /** Names of blobs that it does not refer to. */
  readonly unusedBlobs: readonly string[]
  /** How it was written, as far as it tells. */
  readonly options: SerializeOptions
}

const BLOB_NAME = /^[0-9a-f]{64}$/

/**
 * Reads a cassette, and looks at its file.
 *
 * @throws {ReplayInvalidSessionError} when it or one of its blobs is corrupt.
 */
export function inspectCassette(file: string): Inspection {
  const data = readCassetteFile(file)
  const text = readFileSync(file, 'utf8')
  const { v: version } = JSON.parse(text) as { readonly v: number }
  const { options, written } = writeLike(text, data)
  return {
    data,
    version,
    format: compareFormat(version),
    isCanonical: written.text === text,
    unusedBlobs: blobNames(file).filter((name) => !written.blobs.has(name)),
    options,
  }
}

/** How a version of the format stands to the one that is written now. */
export function compareFormat(
  version: number,
  current: number = CASSETTE_FORMAT.v,
): Inspection['format'] {
  if (version === current) return 'current'
  return version < current ? 'older' : 'newer'
}

// What was kept when it was written stays, and what was moved to blobs stays there.
function writeLike(
  text: string,
  data: SessionData,
): { readonly options: SerializeOptions; readonly written: SerializedCassette } {
  const { keepTimings, blobBytes } = optionsOf(text)
  const usual = serializeCassette(data, { keepTimings })
  if (usual.text === text) return { options: { keepTimings }, written: usual }
  const options = { keepTimings, blobBytes }
  return { options, written: serializeCassette(data, options) }
}

function optionsOf(text: string): Required<SerializeOptions> {
  let smallestBlob = Number.MAX_SAFE_INTEGER
  const { entries } = JSON.parse(text, (_key, value: unknown) => {
    const { $blob, as, bytes } = (value ?? {}) as Record<string, unknown>
    if ($blob !== undefined && as === 'text') smallestBlob = Math.min(smallestBlob, Number(bytes))
    return value
  }) as { readonly entries: readonly object[] }
  return {
    blobBytes: smallestBlob - 1,
    keepTimings: entries.some((entry) => 'startedAt' in entry),
  }
}

function blobNames(file: string): readonly string[] {
  try {
    return readdirSync(blobFolderOf(file)).filter((name) => BLOB_NAME.test(name))
  } catch {
    return []
  }
}
