// What recording a request costs that is sent by fetch: Retake beside its peers, with a real server.

import { join } from 'node:path'
import { CONTESTANTS } from './fetch/contestants.mjs'
import { openUpstream } from './replay/upstream.mjs'
import { atMost, below, judge } from './shared/bars.mjs'
import { createComparison, median, printTable, spread } from './shared/comparison.mjs'
import { runRounds } from './shared/rounds.mjs'

const SCENARIOS = { json: 'JSON of 2 KB', stream: 'stream of 200 events' }
const NAMES = Object.keys(CONTESTANTS)
const PEERS = ['undici', 'Polly', 'nock', 'MSW, observing']
const OUTSIDE = 'Retake, outside a session'
const BASELINES = { undici: 'bare, undici', [OUTSIDE]: 'bare, Retake loaded' }
const rounds = Number(process.env.ROUNDS ?? 3)

const plan = {
  worker: join(import.meta.dirname, 'fetch', 'cost.mjs'),
  scenarios: Object.keys(SCENARIOS),
  nodeArguments: ['--expose-gc'],
  open: openUpstream,
}
// These two differ by less than the machine does from one second to the next.
const close = [BASELINES[OUTSIDE], OUTSIDE]
const others = NAMES.filter((name) => !close.includes(name))
const results = [
  ...(await runRounds({ ...plan, contestants: others, rounds })),
  ...(await runRounds({ ...plan, contestants: close, rounds: 4 * rounds })),
]
const { values } = createComparison(results)
Object.keys(SCENARIOS).forEach(report)
judge('fetch', { rounds, bars: Object.keys(SCENARIOS).flatMap(barsOf), results })

function report(scenario) {
  console.log(`Added CPU µs per request, ${SCENARIOS[scenario]}, median of ${rounds} rounds\n`)
  printTable(
    ['', 'added µs [min..max]', 'added µs, first burst', 'kept'],
    NAMES.map((name) => [
      name,
      name.startsWith('bare')
        ? `(${median(values(name, scenario, 'warmUs')).toFixed(0)} in all)`
        : spread(added(name, scenario, 'warmUs'), 1),
      name.startsWith('bare') ? '' : median(added(name, scenario, 'coldUs')).toFixed(0),
      kept(name, scenario),
    ]),
  )
}

// What recording adds to the same `fetch` without it, round by round.
function added(name, scenario, metric) {
  const bare = values(BASELINES[name] ?? 'bare', scenario, metric)
  return values(name, scenario, metric).map((value, round) => value - bare[round])
}

function kept(name, scenario) {
  const [{ calls, recorded }] = results.filter(
    (result) => result.contestant === name && result.scenario === scenario,
  )
  return recorded === undefined ? '' : `${recorded} of ${calls}`
}

function barsOf(scenario) {
  const us = median(added('Retake', scenario, 'warmUs'))
  const [best] = PEERS.map((name) => ({ name, us: median(added(name, scenario, 'warmUs')) })).sort(
    (one, other) => one.us - other.us,
  )
  const outside = values(OUTSIDE, scenario, 'warmUs').map(
    (value, round) => value / values(BASELINES[OUTSIDE], scenario, 'warmUs')[round],
  )
  return [
    below(`added per request, ${scenario}`, us, best.name, best.us, 'µs'),
    atMost(`outside a session, ${scenario}`, 100 * (median(outside) - 1), 2, '%'),
  ]
}
