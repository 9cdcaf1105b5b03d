import { existsSync, readFileSync, rmSync } from 'node:fs'
import type { SessionData } from '@retake/core'
import { scanSecrets, serializeCassette } from '@retake/core/cassette-file'
import { writeCassetteFile } from '@retake/core/stores/cassette-files'

/**
 * Writes the cassette of a test, unless the file already holds the same calls with the same answers: then it stays as it
 * is, so that recording again leaves nothing to commit. A test that makes no call has no cassette.
 *
 * @throws {RetakeError} `CASSETTE_SECRET` when it would hold what looks like a secret; nothing is written then.
 */
export function saveCassette(path: string, recorded: SessionData): void {
  const data = standalone(recorded)
  if (!data.events.some(isCall)) return removeCassette(path)
  if (belowHeader(readText(path)) === belowHeader(serializeCassette(data).text)) return
  writeCassetteFile(path, data, { scan: scanSecrets })
}

/** Removes a cassette and its blobs. */
export function removeCassette(path: string): void {
  rmSync(path, { force: true })
  rmSync(path.replace(/\.cassette\.json$/, '.blobs'), { recursive: true, force: true })
}

// A replay that went on live holds all that the test was given: as a cassette it depends on no other session.
function standalone({ session, events, ...rest }: SessionData): SessionData {
  const { parent: _parent, replayOf: _replayOf, ...own } = session
  const end = rest.end && { ...rest.end, report: undefined }
  return {
    ...rest,
    session: own,
    events: events.map(({ served: _served, ...event }) => event),
    ...(end && { end: withoutUndefined(end) }),
  }
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T
}

function isCall({ fp }: SessionData['events'][number]): boolean {
  return fp !== undefined
}

function readText(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

// All that recording the same answers again changes is in the header.
function belowHeader(text: string): string {
  try {
    const file = JSON.parse(text) as Record<string, unknown>
    return JSON.stringify({ ...file, session: undefined })
  } catch {
    return text
  }
}
