// What recording the calls of a LangChain model costs: Retake beside its peers.

import { join } from 'node:path'
import { CONTESTANTS, RECORDERS } from './langchain/contestants.mjs'
import { below, judge } from './shared/bars.mjs'
import { createComparison, median, printTable, spread } from './shared/comparison.mjs'
import { checkDelivered, runRounds } from './shared/rounds.mjs'

const SCENARIOS = { invoke: 'per call', stream: 'per stream of 30 chunks' }
const rounds = Number(process.env.ROUNDS ?? 5)

const results = await runRounds({
  worker: join(import.meta.dirname, 'langchain', 'cost.mjs'),
  contestants: Object.keys(CONTESTANTS),
  scenarios: Object.keys(SCENARIOS),
  rounds,
  nodeArguments: ['--expose-gc'],
})
checkDelivered(results, RECORDERS)
const { values, added, ratio } = createComparison(results, 'bare')
Object.keys(SCENARIOS).forEach(report)
judge('langchain', { rounds, bars: Object.keys(SCENARIOS).flatMap(barsOf), results })

function report(scenario) {
  console.log(`Added CPU time ${SCENARIOS[scenario]}, median of ${rounds} rounds\n`)
  printTable(
    ['', 'added µs [min..max]', 'x Retake', 'added µs, first burst', 'delivered'],
    Object.keys(CONTESTANTS).map((name) => [
      name,
      name === 'bare'
        ? `(${median(values(name, scenario, 'warmUs')).toFixed(0)} in all)`
        : spread(added(name, scenario, 'warmUs')),
      RECORDERS.includes(name) ? ratio(name, 'Retake', scenario, 'warmUs').toFixed(2) : '',
      name === 'bare' ? '' : median(added(name, scenario, 'coldUs')).toFixed(0),
      RECORDERS.includes(name) ? 'all' : '',
    ]),
  )
}

function barsOf(scenario) {
  const us = (name) => median(added(name, scenario, 'warmUs'))
  return RECORDERS.slice(1).map((peer) =>
    below(`added ${SCENARIOS[scenario]}`, us('Retake'), peer, us(peer), 'µs'),
  )
}
