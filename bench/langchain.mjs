// What recording the calls of a LangChain model costs: Retake beside its peers.

import { join } from 'node:path'
import { CONTESTANTS, RECORDERS } from './langchain/contestants.mjs'
import { median, printTable, runRounds } from './rounds.mjs'

const SCENARIOS = { invoke: 'per call', stream: 'per stream of 30 chunks' }
const rounds = Number(process.env.ROUNDS ?? 5)

const results = await runRounds({
  worker: join(import.meta.dirname, 'langchain', 'cost.mjs'),
  contestants: Object.keys(CONTESTANTS),
  scenarios: Object.keys(SCENARIOS),
  rounds,
})
checkDelivered()
const verdicts = Object.keys(SCENARIOS).map(report)
process.exitCode = verdicts.every(Boolean) ? 0 : 1

function checkDelivered() {
  for (const { contestant, calls, stored, sink } of results) {
    const kept = stored ?? sink.calls
    if (RECORDERS.includes(contestant) && kept !== calls)
      throw new Error(`${contestant} kept ${kept} of ${calls} calls.`)
  }
}

function report(scenario) {
  console.log(`Added CPU time ${SCENARIOS[scenario]}, median of ${rounds} rounds\n`)
  const added = new Map(Object.keys(CONTESTANTS).map((name) => [name, addedBy(name, scenario)]))
  const own = added.get('Retake')
  printTable(
    ['', 'added µs [min..max]', 'x Retake', 'added µs, first burst', 'delivered'],
    [...added].map(([name, { warm, cold, ratio }]) => [
      name,
      name === 'bare'
        ? `(${median(valuesOf(name, scenario, 'warmUs')).toFixed(0)} in all)`
        : `${median(warm).toFixed(0)} [${Math.min(...warm).toFixed(0)}..${Math.max(...warm).toFixed(0)}]`,
      RECORDERS.includes(name) ? ratio.toFixed(2) : '',
      name === 'bare' ? '' : median(cold).toFixed(0),
      RECORDERS.includes(name) ? 'all' : '',
    ]),
  )
  const below = RECORDERS.slice(1).every((peer) => median(own.warm) < median(added.get(peer).warm))
  console.log(
    `Retake is ${below ? 'below' : 'NOT below'} all three peers ${SCENARIOS[scenario]}.\n`,
  )
  return below
}

// Round by round, since what else the machine does in a round it does to all of them.
function addedBy(name, scenario) {
  const own = addedUs('Retake', scenario, 'warmUs')
  const warm = addedUs(name, scenario, 'warmUs')
  return {
    warm,
    cold: addedUs(name, scenario, 'coldUs'),
    ratio: median(warm.map((us, round) => us / own[round])),
  }
}

function addedUs(name, scenario, metric) {
  const bare = valuesOf('bare', scenario, metric)
  return valuesOf(name, scenario, metric).map((us, round) => us - bare[round])
}

function valuesOf(name, scenario, metric) {
  return results
    .filter((result) => result.contestant === name && result.scenario === scenario)
    .toSorted((one, other) => one.round - other.round)
    .map((result) => result[metric])
}
