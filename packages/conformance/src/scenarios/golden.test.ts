import { CASSETTE_FORMAT } from '@retake/core/cassette-file'
import { expect } from 'vitest'
import { replayProgram } from '../experiment.ts'
import { readGolden } from '../golden/golden.ts'
import { createTestRetake } from '../lab.ts'
import { verifies } from '../verifies.ts'

verifies('cassette:golden', async () => {
  const golden = await readGolden()

  for (const { name, program, seen, sources } of golden) {
    for (const source of sources) {
      const replayed = await replayProgram(createTestRetake(), source, program)
      expect({ name, seen: replayed.seen }).toEqual({ name, seen })
      expect(replayed).toMatchObject({ calls: 0, report: { status: 'ok', drifted: [] } })
    }
  }
  const versions = new Set(golden.map(({ version }) => version))
  for (let v = 1; v <= CASSETTE_FORMAT.v; v++) expect(versions).toContain(v)
})
