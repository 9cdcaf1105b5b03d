// What a replayed call costs: Retake beside its peers, and beside the least that a replay can do.

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { CONTESTANTS } from './replay/contestants.mjs'
import { CHUNKS } from './replay/exchanges.mjs'
import { openUpstream } from './replay/upstream.mjs'
import { atMost, below, exactly, judge } from './shared/bars.mjs'
import { createComparison, median, printTable, spread } from './shared/comparison.mjs'
import { runRounds, runWorker } from './shared/rounds.mjs'
import { temporaryDirectory } from './shared/temporary.mjs'

const SIZES = [1, 200, 1000]
const JSON_SCENARIOS = SIZES.map((size) => `json ${size}`)
const STREAM_SCENARIOS = ['stream 1', 'stream 200']
const LOADED_CALLS = 1000
const LOADERS = ['JSON.parse', 'Retake']
const NAMES = Object.keys(CONTESTANTS)
const OF_STREAMS = 'Retake, fetch, paced'
const PEERS = ['undici', 'Polly', 'MSW', 'nock']
const rounds = Number(process.env.ROUNDS ?? 3)
const folder = join(import.meta.dirname, 'replay')

const results = await runRounds({
  worker: join(folder, 'cost.mjs'),
  contestants: NAMES,
  scenarios: [...JSON_SCENARIOS, ...STREAM_SCENARIOS],
  rounds,
  open: openUpstream,
  takesPart: ({ contestant, scenario }) =>
    contestant !== OF_STREAMS || STREAM_SCENARIOS.includes(scenario),
})
const { values, ratio } = createComparison(results)
const leaks = results.reduce((sum, { sink, recorded }) => sum + sink.hits - recorded, 0)
const file = await recordFile()
const loads = await measureLoads()

report('JSON answer of 2 KB, CPU µs per call', JSON_SCENARIOS, 'callUs')
report(`stream of ${CHUNKS} chunks, CPU µs per call`, STREAM_SCENARIOS, 'callUs')
report('getting ready and cleaning up, CPU µs per replay', JSON_SCENARIOS, 'aroundUs')
reportLoads()
judge('replay', { rounds, bars: bars(), results: [...results, ...loads.results] })

function report(title, scenarios, metric) {
  console.log(`${title}, median of ${rounds} rounds (x floor)\n`)
  const isStream = scenarios === STREAM_SCENARIOS
  const rows = NAMES.filter((name) => values(name, scenarios[0], metric).length > 0)
  printTable(
    ['', ...scenarios.map(titleOf), ...(isStream ? ['chunks the app reads'] : [])],
    rows.map((name) => [
      name,
      ...scenarios.map((scenario) => cell(name, scenario, metric)),
      ...(isStream ? [chunksRead(name)] : []),
    ]),
  )
}

function titleOf(scenario) {
  return `session of ${scenario.split(' ')[1]}`
}

function cell(name, scenario, metric) {
  const text = spread(values(name, scenario, metric))
  return metric === 'callUs'
    ? `${text} (${ratio(name, 'floor', scenario, metric).toFixed(1)})`
    : text
}

function chunksRead(name) {
  return Math.min(...STREAM_SCENARIOS.flatMap((scenario) => values(name, scenario, 'chunks')))
}

async function recordFile() {
  const directory = temporaryDirectory()
  const id = await runWorker(join(folder, 'record.mjs'), [directory, String(LOADED_CALLS)])
  return join(directory, `${id}.jsonl`)
}

async function measureLoads() {
  const service = { url: file, delivered: () => undefined, close() {} }
  const results = await runRounds({
    worker: join(folder, 'load.mjs'),
    nodeArguments: ['--expose-gc'],
    contestants: LOADERS,
    scenarios: ['load'],
    rounds: rounds * 3,
    open: async () => service,
  })
  return { results, ...createComparison(results) }
}

function reportLoads() {
  const megabytes = (statSync(file).size / 1e6).toFixed(1)
  console.log(
    `Session of ${LOADED_CALLS} calls (${megabytes} MB) ready, median of ${rounds * 3} rounds\n`,
  )
  printTable(
    ['', "CPU ms until the app's code runs", 'until its first answer', 'heap MB'],
    LOADERS.map((name) => [
      name,
      spread(loads.values(name, 'load', 'readyMs'), 1),
      name === 'JSON.parse' ? '' : spread(loads.values(name, 'load', 'firstMs'), 1),
      median(loads.values(name, 'load', 'heapMb')).toFixed(1),
    ]),
  )
}

// Of the tools that replay HTTP, the one that costs least.
function bestOf(scenario) {
  const us = PEERS.map((name) => ({ name, us: median(values(name, scenario, 'callUs')) }))
  return us.toSorted((one, other) => one.us - other.us)[0]
}

function httpBars() {
  return ['json 200', 'stream 200'].flatMap((scenario) => {
    const us = median(values('Retake, fetch', scenario, 'callUs'))
    const best = bestOf(scenario)
    return below(`by fetch, ${scenario}`, us, best.name, best.us, 'µs')
  })
}

function bars() {
  const us = JSON_SCENARIOS.map((scenario) => median(values('Retake', scenario, 'callUs')))
  return [
    ...SIZES.map((size, index) => atMost(`call in a session of ${size}`, us[index], 75, 'µs')),
    atMost('call of 1,000 beside call of 1', us.at(-1) / us[0], 1.2, 'x'),
    exactly(`chunks read of ${CHUNKS}`, chunksRead('Retake'), CHUNKS),
    ...httpBars(),
    atMost(
      'by fetch, stream 200',
      ratio('Retake, fetch', 'floor', 'stream 200', 'callUs'),
      1.5,
      'x floor',
    ),
    exactly(`by fetch, chunks read of ${CHUNKS}`, chunksRead('Retake, fetch'), CHUNKS),
    exactly('calls that got through to the provider', leaks, 0),
    atMost(
      `session of ${LOADED_CALLS} calls ready`,
      median(loads.values('Retake', 'load', 'readyMs')),
      12,
      'ms',
    ),
  ]
}
