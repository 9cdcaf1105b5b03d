// What a middleware costs a server: Retake beside OpenTelemetry, over a server that only says hello.

import { join } from 'node:path'
import { CONTESTANTS, RECORDERS } from './middleware/contestants.mjs'
import { atMost, below, judge } from './shared/bars.mjs'
import { createComparison, median, printTable, spread } from './shared/comparison.mjs'
import { checkDelivered, runRounds } from './shared/rounds.mjs'

const SCENARIOS = {
  'hono plain': 'Hono, plain request',
  'hono call': 'Hono, request with one recorded call',
  'express plain': 'Express, plain request',
  'express call': 'Express, request with one recorded call',
}
const NAMES = Object.keys(CONTESTANTS)
const rounds = Number(process.env.ROUNDS ?? 5)

const results = await runRounds({
  worker: join(import.meta.dirname, 'middleware', 'cost.mjs'),
  contestants: NAMES,
  scenarios: Object.keys(SCENARIOS),
  rounds,
})
checkDelivered(results, RECORDERS)
const { values, added } = createComparison(results, 'plain')

console.log(`Added CPU time of the server per request, µs, median of ${rounds} rounds\n`)
printTable(
  ['', ...Object.values(SCENARIOS)],
  NAMES.map((name) => [
    name,
    ...Object.keys(SCENARIOS).map((scenario) =>
      name === 'plain'
        ? `(${median(values(name, scenario, 'warmUs')).toFixed(1)} in all)`
        : spread(added(name, scenario, 'warmUs'), 1),
    ),
  ]),
)
const fileUs = results.map((result) => result.fileUs)
console.log(
  `An empty file of its own costs ${spread(fileUs)} µs on this disk, and Retake makes one per session.\n`,
)
judge('middleware', { rounds, bars: [...barsOf('hono', 8), ...barsOf('express', 18)], results })

// The bar is on a plain request with the default store, which is a folder.
function barsOf(framework, limitUs) {
  const us = (name) => median(added(name, `${framework} plain`, 'warmUs'))
  const title = `added per request, ${framework}`
  return [
    atMost(title, us('Retake'), limitUs, 'µs'),
    below(title, us('Retake'), 'OpenTelemetry', us('OpenTelemetry'), 'µs'),
  ]
}
