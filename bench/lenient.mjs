// What it takes to find the recording of an edited call among a thousand, beside the nearest in order that is half alike.

import { join } from 'node:path'
import { CALLS, SCENARIOS } from './lenient/scenarios.mjs'
import { atMost, exactly, judge } from './shared/bars.mjs'
import { createComparison, median, printTable, spread } from './shared/comparison.mjs'
import { runRounds } from './shared/rounds.mjs'

const NAMES = ['Retake', 'nearest in order']
const rounds = Number(process.env.ROUNDS ?? 5)
const service = { url: '', delivered: () => undefined, close() {} }
const results = await runRounds({
  worker: join(import.meta.dirname, 'lenient', 'cost.mjs'),
  contestants: NAMES,
  scenarios: Object.keys(SCENARIOS),
  rounds,
  nodeArguments: ['--expose-gc'],
  open: async () => service,
})
const { values, ratio } = createComparison(results)
const typical = (name, scenario) => median(values(name, scenario, 'medianUs'))

console.log(`Wall time of a look-up among ${CALLS} recordings of one place, µs, ${rounds} rounds\n`)
printTable(
  [
    'edited',
    ...NAMES.map((name) => `${name}, median`),
    'ratio',
    'Retake, 99 of 100',
    'first, ms',
    'right',
  ],
  Object.keys(SCENARIOS).map((scenario) => [
    scenario,
    ...NAMES.map((name) => spread(values(name, scenario, 'medianUs'), 1)),
    ratio('Retake', 'nearest in order', scenario, 'medianUs').toFixed(2),
    spread(values('Retake', scenario, 'mostUs')),
    spread(values('Retake', scenario, 'firstMs')),
    NAMES.map((name) => median(values(name, scenario, 'right'))).join(', '),
  ]),
)
judge('lenient', {
  rounds,
  bars: Object.keys(SCENARIOS).flatMap((scenario) => [
    atMost(`${scenario}, median`, typical('Retake', scenario) / 1e3, 1, 'ms'),
    atMost(`${scenario}, 99 of 100`, median(values('Retake', scenario, 'mostUs')) / 1e3, 2, 'ms'),
    exactly(`${scenario}, right`, median(values('Retake', scenario, 'right')), CALLS),
  ]),
  results,
})
