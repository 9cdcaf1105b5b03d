import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { printTable } from './comparison.mjs'

/** Where every benchmark leaves what it measured. Not kept in git. */
export const RESULTS = join(import.meta.dirname, '..', 'results')

/** A figure that must not be above `limit`. */
export function atMost(name, measured, limit, unit) {
  const write = (number) => `${Number(number.toPrecision(3))} ${unit}`
  const held = measured <= limit
  return { name, bar: `at most ${write(limit)}`, measured: write(measured), held }
}

/** A figure that must be below that of another contestant in the same run. */
export function below(name, measured, peer, limit, unit) {
  const write = (number) => `${Number(number.toPrecision(3))} ${unit}`
  const bar = `below ${peer} (${write(limit)})`
  return { name, bar, measured: write(measured), held: measured < limit }
}

/** Something that has to come out as `expected`. */
export function exactly(name, measured, expected) {
  return { name, bar: String(expected), measured: String(measured), held: measured === expected }
}

/** Prints the bars of a benchmark, writes them down with all results, and fails when one is not held. */
export function judge(benchmark, { rounds, bars, results }) {
  printBars(bars.map((bar) => ({ benchmark, ...bar })))
  const machine = `${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}`
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(
    join(RESULTS, `${benchmark}.json`),
    `${JSON.stringify({ benchmark, machine, rounds, bars, results }, undefined, 2)}\n`,
  )
  process.exitCode = bars.every(({ held }) => held) ? 0 : 1
}

export function printBars(bars) {
  printTable(
    ['benchmark', 'figure', 'bar', 'measured', ''],
    bars.map((bar) => [
      bar.benchmark,
      bar.name,
      bar.bar,
      bar.measured,
      bar.held ? 'held' : '**not held**',
    ]),
  )
}
