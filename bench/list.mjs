// How long it takes to find sessions among ten thousand: listed for the first time, again, by filters, and one
// loaded; beside the least that reads all of them.

import { join } from 'node:path'
import { CONTESTANTS, SCENARIOS } from './list/contestants.mjs'
import { makeSessions } from './list/sessions.mjs'
import { atMost, below, judge } from './shared/bars.mjs'
import { createComparison, median, printTable, spread } from './shared/comparison.mjs'
import { runRounds } from './shared/rounds.mjs'
import { temporaryDirectory } from './shared/temporary.mjs'

const SESSIONS = 10_000
// All of them look at every session, with the index that the first list has left.
const AGAIN = ['by tag', 'by text', 'all']
const NAMES = Object.keys(CONTESTANTS)
const rounds = Number(process.env.ROUNDS ?? 5)

const directory = temporaryDirectory()
makeSessions(directory, SESSIONS)
const service = { url: directory, delivered: () => undefined, close() {} }
const results = await runRounds({
  worker: join(import.meta.dirname, 'list', 'cost.mjs'),
  contestants: NAMES,
  scenarios: Object.keys(SCENARIOS),
  rounds,
  open: async () => service,
})
const { values, ratio } = createComparison(results)

console.log(`Wall time among ${SESSIONS} sessions, a process each, median of ${rounds} rounds\n`)
printTable(
  ['', ...NAMES.map((name) => `${name}, ms`), 'ratio', 'Retake, whole process, ms'],
  Object.keys(SCENARIOS).map((scenario) => [
    scenario,
    ...NAMES.map((name) => spread(values(name, scenario, 'ms'), 1)),
    ratio('Retake', 'reading all', scenario, 'ms').toFixed(2),
    spread(values('Retake', scenario, 'processMs')),
  ]),
)
judge('list', {
  rounds,
  bars: [
    ...['newest', ...AGAIN].map((scenario) =>
      atMost(`${scenario}, whole process`, processMs(scenario), 500, 'ms'),
    ),
    ...AGAIN.map((scenario) =>
      atMost(`${scenario}, beside first`, ms('Retake', scenario) / ms('Retake', 'first'), 0.5, 'x'),
    ),
    below('newest', ms('Retake', 'newest'), 'reading all', ms('reading all', 'newest'), 'ms'),
    atMost('load of one, whole process', processMs('load'), 200, 'ms'),
  ],
  results,
})

function ms(name, scenario) {
  return median(values(name, scenario, 'ms'))
}

function processMs(scenario) {
  return median(values('Retake', scenario, 'processMs'))
}
