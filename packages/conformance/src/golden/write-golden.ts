// Records the golden files of a new version of the format, once:
// node --conditions=@retake/source packages/conformance/src/golden/write-golden.ts

import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CASSETTE_FORMAT } from '@retake/core/cassette-file'
import { writeCassetteFile } from '@retake/core/stores/cassette-files'
import { createDirectoryStore } from '@retake/core/stores/directory'
import fc from 'fast-check'
import { recordProgram } from '../experiment.ts'
import { loadSession } from '../lab.ts'
import { randomProgram } from '../random-programs.ts'
import { GOLDEN, type GoldenFile } from './golden.ts'

const PROGRAMS = 12
const BLOB_BYTES = 400
// Golden journals are read for as long as there is a reader for them.
const FOR_EVER_DAYS = 36_500

const directory = join(GOLDEN, `v${CASSETTE_FORMAT.v}`)
if (existsSync(directory)) throw new Error(`${directory} is there already, and stays as it is.`)
mkdirSync(directory, { recursive: true })

// A session in which a call hangs waits for it with a timer that does not keep a process alive.
const alive = setInterval(() => {}, 1000)

const programs = fc.sample(randomProgram(), { numRuns: PROGRAMS, seed: 2 })
for (const [index, program] of programs.entries()) {
  const store = createDirectoryStore({ directory })
  const options = { store, expiresAfterDays: FOR_EVER_DAYS }
  const { retake, live } = await recordProgram(program, options)
  const file: GoldenFile = { id: live.id, program, seen: live.seen }
  writeFileSync(join(directory, `${index}.golden.json`), `${JSON.stringify(file, null, 2)}\n`)
  const data = await loadSession(retake, live.id)
  writeCassetteFile(join(directory, `${index}.cassette.json`), data, { blobBytes: BLOB_BYTES })
}
clearInterval(alive)
