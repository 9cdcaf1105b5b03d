// What recording a call costs: Retake beside its peers, and beside the smallest recorder there could be.

import { join } from 'node:path'
import { CONTESTANTS, RECORDERS } from './capture/contestants.mjs'
import { CHUNKS } from './capture/model.mjs'
import { atMost, below, exactly, judge } from './shared/bars.mjs'
import { createComparison, median, printTable, spread } from './shared/comparison.mjs'
import { checkDelivered, runRounds } from './shared/rounds.mjs'

const TITLES = { call: 'per call', stream: `per stream of ${CHUNKS} chunks` }
const OUTSIDE = ['bare', 'Retake']
const rounds = Number(process.env.ROUNDS ?? 5)

const results = await runRounds({
  worker: join(import.meta.dirname, 'capture', 'cost.mjs'),
  contestants: Object.keys(CONTESTANTS),
  scenarios: [...Object.keys(TITLES), 'outside'],
  rounds,
  nodeArguments: ['--expose-gc'],
  takesPart: ({ contestant, scenario }) => scenario !== 'outside' || OUTSIDE.includes(contestant),
})
const recorded = results.filter(({ scenario }) => scenario !== 'outside')
checkDelivered(recorded, RECORDERS)
const { values, added, ratio } = createComparison(results, 'bare')
Object.keys(TITLES).forEach(report)
reportOutside()
judge('capture', { rounds, bars: bars(), results })

function report(scenario) {
  console.log(`Added CPU time ${TITLES[scenario]}, median of ${rounds} rounds\n`)
  printTable(
    ['', 'added µs [min..max]', 'x floor', 'added µs, first burst', 'calls kept', 'chunks kept'],
    Object.keys(CONTESTANTS).map((name) => [
      name,
      name === 'bare'
        ? `(${median(values(name, scenario, 'warmUs')).toFixed(1)} in all)`
        : spread(added(name, scenario, 'warmUs'), 1),
      name === 'bare' ? '' : ratio(name, 'floor', scenario, 'warmUs').toFixed(2),
      name === 'bare' ? '' : median(added(name, scenario, 'coldUs')).toFixed(0),
      RECORDERS.includes(name) ? 'all' : '',
      RECORDERS.includes(name) && scenario === 'stream' ? chunksKept(name) : '',
    ]),
  )
}

function reportOutside() {
  const us = added('Retake', 'outside', 'warmUs')
  console.log(`A wrapped call outside a session adds ${spread(us, 3)} µs.\n`)
}

/** How many chunks of a stream were kept one by one. */
function chunksKept(name) {
  const streams = recorded.filter((one) => one.contestant === name && one.scenario === 'stream')
  return Math.min(...streams.map(({ calls, stored, sink }) => (stored ?? sink).chunks / calls))
}

function bars() {
  const us = (name, scenario) => median(added(name, scenario, 'warmUs'))
  const belowPeer = (scenario, peer) =>
    below(`added ${TITLES[scenario]}`, us('Retake', scenario), peer, us(peer, scenario), 'µs')
  return [
    atMost('added per call', ratio('Retake', 'floor', 'call', 'warmUs'), 1.5, 'x floor'),
    belowPeer('call', 'OpenTelemetry'),
    belowPeer('stream', 'Laminar'),
    belowPeer('stream', 'LangSmith'),
    atMost('added per chunk of a stream', us('Retake', 'stream') / CHUNKS, 1.5, 'µs'),
    exactly(`chunks kept of ${CHUNKS}`, chunksKept('Retake'), CHUNKS),
    atMost('added per call outside a session', us('Retake', 'outside'), 1, 'µs'),
  ]
}
