// Runs every benchmark that there is, one after the other, and says at the end which bars are held.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { printBars, RESULTS } from './shared/bars.mjs'
import { temporaryDirectory } from './shared/temporary.mjs'

const BENCHMARKS = [
  'observe',
  'langchain',
  'capture',
  'replay',
  'lenient',
  'fetch',
  'middleware',
  'import',
  'memory',
  'list',
  'journal-kill',
]

// Asked for here, it is kept until all have run.
temporaryDirectory()
const bars = BENCHMARKS.filter((name) => existsSync(scriptOf(name))).flatMap(run)
console.log('\n# All bars\n')
printBars(bars)
process.exitCode = bars.every(({ held }) => held) ? 0 : 1

function run(name) {
  console.log(`\n# ${name}\n`)
  // Or the figures of an earlier run would stand for one that broke off.
  const file = join(RESULTS, `${name}.json`)
  rmSync(file, { force: true })
  const { status } = spawnSync(process.execPath, [scriptOf(name)], { stdio: 'inherit' })
  const ended = { benchmark: name, name: 'ends with 0', bar: '0', measured: String(status) }
  if (!existsSync(file)) return [{ ...ended, held: status === 0 }]
  return JSON.parse(readFileSync(file, 'utf8')).bars.map((bar) => ({ benchmark: name, ...bar }))
}

function scriptOf(name) {
  return join(import.meta.dirname, `${name}.mjs`)
}
