import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRetakeError, type EventRecord } from '@retake/core'
import { createDirectoryStore } from '@retake/core/stores/directory'
import fc from 'fast-check'
import { expect } from 'vitest'
import { recordProgram, replayProgram } from '../experiment.ts'
import { loadSession } from '../lab.ts'
import { randomProgram } from '../random-programs.ts'
import { holds } from './property.ts'

// Where the journal is cut off, as a share of its length.
const CUTS = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 8 })

holds('property:crash', 30, randomProgram(), CUTS, async (program, cuts) => {
  const directory = mkdtempSync(join(tmpdir(), 'retake-crash-'))
  const store = createDirectoryStore({ directory })
  const { retake, live } = await recordProgram(program, { store })
  const file = join(directory, `${live.id}.jsonl`)
  const whole = await loadSession(retake, live.id)
  const journal = readFileSync(file)
  const header = journal.indexOf('\n')

  for (const cut of cuts) {
    const length = Math.floor(cut * journal.length)
    writeFileSync(file, journal.subarray(0, length))
    if (length < header) {
      await expect(store.load(live.id)).rejects.toSatisfy(isRetakeError)
      continue
    }
    const { events } = await loadSession(retake, live.id)
    expectPrefix(events, whole.events)
    const replayed = await replayProgram(retake, live.id, program)
    expect(live.seen).toEqual(expect.arrayContaining(replayed.seen.filter(isNoRefusal)))
    expect(replayed.calls).toBe(0)
  }
  rmSync(directory, { recursive: true })
})

function expectPrefix(events: readonly EventRecord[], all: readonly EventRecord[]): void {
  for (const event of events) {
    const known = all.find(({ seq }) => seq === event.seq)
    if (event.outcome) expect(event).toEqual(known)
    else expect(known).toMatchObject({ id: event.id, fp: event.fp, path: event.path })
  }
}

function isNoRefusal(event: string): boolean {
  return !event.includes('Replay')
}
