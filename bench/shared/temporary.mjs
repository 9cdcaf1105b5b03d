import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuUs } from './cpu.mjs'

const VARIABLE = 'RETAKE_BENCH_FOLDER'
const SAMPLE = 200

/**
 * A folder that is gone when the benchmark has ended, and not before: ext4 gives the place of a file that
 * was just deleted to nobody for minutes, and to pass by thousands of them makes a new file many times dearer.
 */
export function temporaryDirectory() {
  return mkdtempSync(join(benchmarkFolder(), 'run-'))
}

/** CPU time of making an empty file in a new folder, in microseconds: what the file system does in any case. */
export function newFileUs() {
  const directory = temporaryDirectory()
  const before = cpuUs()
  for (let index = 0; index < SAMPLE; index++) {
    closeSync(openSync(join(directory, String(index)), 'ax'))
  }
  return (cpuUs() - before) / SAMPLE
}

// Of the process that asks first; those that it starts share it.
function benchmarkFolder() {
  const known = process.env[VARIABLE]
  if (known !== undefined) {
    mkdirSync(known, { recursive: true })
    return known
  }
  const folder = mkdtempSync(join(tmpdir(), 'retake-bench-'))
  process.env[VARIABLE] = folder
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
