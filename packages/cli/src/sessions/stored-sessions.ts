import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A session in the folder, by its files. */
export interface StoredSession {
  readonly id: string
  /** Of all its files. */
  readonly bytes: number
  /** When one of its files was last written to, in milliseconds since the epoch. */
  readonly changedMs: number
}

// `<id>.jsonl`, those of further writers, and their mark. @see docs/cassette-format.md#journal
const NAME = /^([A-Za-z0-9][A-Za-z0-9_-]{7,127})(?:\.[a-z0-9]{1,32})?\.(?:jsonl|writers)$/

/** The sessions of a folder, by id, also those that cannot be read. */
export function listStoredSessions(directory: string): readonly StoredSession[] {
  const sessions = new Map<string, StoredSession>()
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const [, id] = NAME.exec(entry.name) ?? []
    const stats = statSync(join(directory, entry.name), { throwIfNoEntry: false })
    // A file may go while others are looked at.
    if (id === undefined || !entry.isFile() || stats === undefined) continue
    const { bytes = 0, changedMs = 0 } = sessions.get(id) ?? {}
    sessions.set(id, {
      id,
      bytes: bytes + stats.size,
      changedMs: Math.max(changedMs, stats.mtimeMs),
    })
  }
  return [...sessions.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1))
}
