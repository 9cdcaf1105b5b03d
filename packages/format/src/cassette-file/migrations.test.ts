import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseCassette, serializeCassette } from './cassette-file.ts'
import type { SessionData } from '../event.ts'
import { type CassetteJson, migrate, migrations } from './migrations.ts'
import { CASSETTE_FORMAT } from './text.ts'

// Written once by the version they are named after, and never again.
const GOLDEN = fileURLToPath(new URL('../../test/golden/cassettes', import.meta.url))

function golden(name: string): string {
  return readFileSync(join(GOLDEN, name), 'utf8')
}

function goldenBlob(name: string): Uint8Array {
  return readFileSync(join(GOLDEN, 'v1.blobs', name))
}

function noBlobs(): never {
  throw new Error('There are no blobs.')
}

describe('the golden file of version 1', () => {
  const text = golden('v1.cassette.json')

  it('reads as it always has', () => {
    const data = parseCassette(text, goldenBlob)

    expect(`${JSON.stringify(data, null, 2)}\n`).toBe(golden('v1.session.json'))
  })

  it('is written again byte for byte', () => {
    const data = parseCassette(text, goldenBlob)
    const { text: again, blobs } = serializeCassette(data, { blobBytes: 2048 })

    expect(again).toBe(text)
    expect(blobs.size).toBe(2)
  })
})

describe('migrate', () => {
  // What version 0 might have been: "calls" that count from 0, and no parts.
  const fromZero = (file: CassetteJson): CassetteJson => {
    const { calls, ...kept } = file
    const entries = (calls as { seq: number }[]).map((call) => ({ ...call, seq: call.seq + 1 }))
    return { ...kept, parts: {}, entries }
  }

  const zero = {
    format: 'retake',
    v: 0,
    minReader: 0,
    session: { id: 'session-0', startedAt: '2025-01-01T00:00:00.000Z', capture: 'full', seed: 1 },
    calls: [
      { seq: 0, kind: 'tool', name: 't', path: '', ord: 0, state: 'ok', outcome: { value: 1 } },
    ],
  }

  it('brings an old file to a session, step by step, and leaves it as it was', () => {
    const before = structuredClone(zero)
    const steps = { 0: fromZero, 1: (file: CassetteJson) => ({ ...file, two: true }) }

    const first = migrate(zero, 1, steps)
    const read: SessionData = parseCassette(JSON.stringify(first), noBlobs)

    expect(read.events).toMatchObject([{ seq: 1, kind: 'tool', outcome: { value: 1 } }])
    expect(migrate(zero, 2, steps)).toEqual({ ...first, v: 2, two: true })
    expect(zero).toEqual(before)
  })

  it('leaves a file of this version, and a newer one, alone', () => {
    const newer = { ...zero, v: 99 }

    expect(migrate(newer, 1, {})).toBe(newer)
  })

  it('refuses a version that nothing leads from', () => {
    expect(() => migrate(zero, 1, {})).toThrow(/version 0 of the format is not known/)
    expect(() => migrate({ ...zero, v: -9e15 }, 1, {})).toThrow(/not known/)
  })

  it('has a step for every version that was ever written', () => {
    for (let v = 1; v < CASSETTE_FORMAT.v; v++) expect(migrations).toHaveProperty(String(v))
  })
})
