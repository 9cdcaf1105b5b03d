import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { SessionData } from '@retake/core'
import { readCassetteFile, writeCassetteFile } from '@retake/core/stores/cassette-files'
import { createDirectoryStore } from '@retake/core/stores/directory'
import fc from 'fast-check'
import { expect } from 'vitest'
import { recordProgram, replayProgram } from '../experiment.ts'
import { endingOf, loadSession } from '../lab.ts'
import { randomProgram } from '../random-programs.ts'
import { inDirectory } from '../stores.ts'
import { holds } from './property.ts'

const STUCK_MS = 5_000

/** Something done to the bytes of a file. */
interface Harm {
  /** As a share of the length of the file. */
  readonly at: number
  readonly removed: number
  readonly added: string
}

const HARM = fc.array(
  fc.record<Harm>({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.constantFrom(0, 0, 1, 1, 5, 200),
    added: fc.oneof(
      fc.string({ maxLength: 4 }),
      fc.constantFrom(
        '"',
        '\\',
        '{',
        '[[[[',
        '\n',
        '\0',
        '1e999',
        '-1',
        'null',
        '"__proto__":{"polluted":1},',
        '"$rt":"map",',
        '"$blob":"../../outside",',
        '{"type":"end"}\n',
        '../../etc/passwd',
      ),
    ),
  }),
  { minLength: 1, maxLength: 4 },
)

function harmed(bytes: Buffer, harms: readonly Harm[]): Buffer {
  return harms.reduce((before, { at, removed, added }) => {
    const start = Math.floor(at * before.length)
    return Buffer.concat([
      before.subarray(0, start),
      Buffer.from(added),
      before.subarray(start + removed),
    ])
  }, bytes)
}

const FORM = fc.constantFrom('journal', 'cassette')

holds(
  'property:hostile',
  60,
  randomProgram({ hanging: false }),
  HARM,
  FORM,
  async (program, harms, form) => {
    await inDirectory(async (parent) => {
      const directory = join(parent, 'sessions')
      const store = createDirectoryStore({ directory })
      const { retake, live } = await recordProgram(program, { store })
      const { path, read } = fileOf(form, directory, await loadSession(retake, live.id))
      const bytes = readFileSync(path)
      writeFileSync(path, harmed(bytes, harms))
      const before = readdirSync(parent)

      const ending = await endingOf(read())

      // What can be read is replayed; what that comes to, only the harm knows. But it comes to an end.
      if ('error' in ending) expect(ending.error).toMatchObject({ code: 'REPLAY_INVALID_SESSION' })
      else {
        const options = { onLeftover: 'ignore', stallMs: 1, abortGraceMs: 1 } as const
        const replayed = await Promise.race([
          replayProgram(retake, ending.value!, program, options),
          wait(STUCK_MS, undefined, { ref: false }),
        ])
        expect(replayed).toMatchObject({ calls: 0 })
      }
      expect(readdirSync(parent)).toEqual(before)
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    })
  },
)

interface Recorded {
  readonly path: string
  readonly read: () => Promise<SessionData | undefined>
}

function fileOf(form: string, directory: string, data: SessionData): Recorded {
  const { id } = data.session
  if (form === 'journal') {
    const store = createDirectoryStore({ directory })
    return { path: join(directory, `${id}.jsonl`), read: () => store.load(id) }
  }
  const path = join(directory, 'committed.cassette.json')
  writeCassetteFile(path, data, { blobBytes: 256 })
  return { path, read: async () => readCassetteFile(path) }
}
