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

const answers = await runRounds({
  worker: join(import.meta.dirname, 'middleware', 'answer.mjs'),
  contestants: ['Retake'],
  scenarios: ['the same', 'another'],
  rounds,
})

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
const comparedUs = (scenario) =>
  answers.filter((result) => result.scenario === scenario).map(({ warmUs }) => warmUs)
console.log(
  `To compare the JSON answer of a replay (${answers[0].bytes} bytes) costs ${spread(comparedUs('the same'), 1)} µs, and ${spread(comparedUs('another'), 1)} µs where one text differs.\n`,
)
const fileUs = results.map((result) => result.fileUs)
console.log(
  `An empty file of its own costs ${spread(fileUs)} µs on this disk, and Retake makes one per session.\n`,
)
judge('middleware', {
  rounds,
  bars: [
    ...barsOf('hono', 8),
    ...barsOf('express', 18),
    atMost('comparing the answer of a replay, 1 KB', median(comparedUs('the same')), 10, 'µs'),
  ],
  results: [...results, ...answers],
})

// The bar is on a plain request with the default store, which is a folder.
function barsOf(framework, limitUs) {
  const us = (name) => median(added(name, `${framework} plain`, 'warmUs'))
  const title = `added per request, ${framework}`
  return [
    atMost(title, us('Retake'), limitUs, 'µs'),
    below(title, us('Retake'), 'OpenTelemetry', us('OpenTelemetry'), 'µs'),
  ]
}
