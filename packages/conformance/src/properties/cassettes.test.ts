import { join } from 'node:path'
import { parseCassette, serializeCassette } from '@retake/core/cassette-file'
import { readCassetteFile, writeCassetteFile } from '@retake/core/stores/cassette-files'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { recordProgram, replayProgram } from '../experiment.ts'
import { loadSession } from '../lab.ts'
import { randomProgram } from '../random-programs.ts'
import { inDirectory } from '../stores.ts'
import { holds } from './property.ts'

const SIZES = fc.constantFrom(16, 64, 65_536)

holds('property:cassettes', 40, randomProgram(), SIZES, async (program, blobBytes) => {
  const { retake, live } = await recordProgram(program)
  const data = await loadSession(retake, live.id)
  await inDirectory(async (directory) => {
    const path = join(directory, 'one.cassette.json')
    writeCassetteFile(path, data, { blobBytes })
    const text = readFileSync(path, 'utf8')
    const read = readCassetteFile(path)

    writeCassetteFile(join(directory, 'again.cassette.json'), read, { blobBytes })
    expect(readFileSync(join(directory, 'again.cassette.json'), 'utf8')).toBe(text)
    // What is on the disk is a session like any other, and its replay can be committed too.
    const replayed = await replayProgram(retake, read, program)
    expect(replayed).toMatchObject({ ending: live.ending, seen: live.seen, calls: 0 })
  })
  const { text, blobs } = serializeCassette(data)
  expect(serializeCassette(parseCassette(text, (name) => blobs.get(name)!)).text).toBe(text)
})
