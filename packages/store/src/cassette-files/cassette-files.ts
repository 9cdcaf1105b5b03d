import {
  invalidCassette,
  parseCassette,
  serializeCassette,
  type SerializeOptions,
  type SecretFinding,
} from '@retake/format/cassette-file'
import {
  describeError,
  isRetakeError,
  ReplayInvalidSessionError,
  ReplaySessionNotFoundError,
  RetakeError,
  type SessionData,
} from '@retake/format'
import { readBounded, removeOtherBlobs, replaceFile, writeBlobs } from './cassette-blobs.ts'
import { hasCode, requireDisk } from '../disk/file-system.ts'

export interface WriteCassetteOptions extends SerializeOptions {
  /** Looks for secrets in what is about to be committed, as `scanSecrets` does. By default nobody does. */
  readonly scan?: (data: SessionData) => readonly SecretFinding[]
}

const SUFFIX = '.cassette.json'
const MAX_NAMED = 10

/**
 * Writes a cassette to `<name>.cassette.json`, and its blobs to `<name>.blobs/<sha256>`.
 *
 * Every file is there whole or not at all, blobs before the text that names them, and blobs that
 * nothing names any more go. Files are readable by all (0644): they are made to be committed.
 *
 * @throws {RetakeError} `CASSETTE_SECRET` when `scan` finds something; nothing is written then.
 * @throws {RetakeError} `OPTION_INVALID` when `path` ends otherwise, or the folder of blobs is a symbolic link.
 */
export function writeCassetteFile(
  path: string,
  data: SessionData,
  { scan, ...options }: WriteCassetteOptions = {},
): void {
  const disk = requireDisk('writeCassetteFile')
  const folder = blobFolder(path)
  refuseSecrets(path, scan?.(data) ?? [])
  const { text, blobs } = serializeCassette(data, options)
  disk.fs.mkdirSync(disk.path.dirname(path), { recursive: true })
  writeBlobs(disk, folder, blobs)
  replaceFile(disk, path, text)
  removeOtherBlobs(disk, folder, blobs)
}

/**
 * Reads a cassette that `writeCassetteFile` wrote.
 *
 * @throws {ReplaySessionNotFoundError} when there is no such file.
 * @throws {ReplayInvalidSessionError} when it or one of its blobs is corrupt.
 */
export function readCassetteFile(path: string): SessionData {
  const disk = requireDisk('readCassetteFile')
  const folder = blobFolder(path)
  try {
    const text = decode(readBounded(disk, path))
    return parseCassette(text, (name) => readBounded(disk, disk.path.join(folder, name)))
  } catch (error) {
    throw explained(error, path)
  }
}

// Two cassettes never share a folder of blobs, as long as all their names end alike.
function blobFolder(path: string): string {
  if (path.endsWith(SUFFIX)) return `${path.slice(0, -SUFFIX.length)}.blobs`
  throw new RetakeError(
    'OPTION_INVALID',
    `The name of a cassette ends in ${SUFFIX}; "${path}" does not.`,
  )
}

function refuseSecrets(path: string, findings: readonly SecretFinding[]): void {
  if (findings.length === 0) return
  const named = findings.slice(0, MAX_NAMED).map((finding) => `${finding.path} (${finding.rule})`)
  const more = findings.length > MAX_NAMED ? `, and ${findings.length - MAX_NAMED} more` : ''
  throw new RetakeError(
    'CASSETTE_SECRET',
    `${path} was not written: it would hold what looks like a secret at ${named.join(', ')}${more}. ` +
      'Add a redaction rule for these places and record again.',
    { path, findings: findings.map((finding) => ({ path: finding.path, rule: finding.rule })) },
  )
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw invalidCassette('json', 'it is not UTF-8')
  }
}

function explained(error: unknown, path: string): unknown {
  if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) {
    return new ReplaySessionNotFoundError(`There is no cassette ${path}. Record it first.`, {
      path,
    })
  }
  if (!isRetakeError(error)) {
    return new ReplayInvalidSessionError(`${path} cannot be read: ${describeError(error)}.`, {
      path,
      reason: 'file',
    })
  }
  return new ReplayInvalidSessionError(`${path}: ${error.message}`, { ...error.data, path })
}
