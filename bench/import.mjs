// What it costs to import a package: a whole process that does nothing else, over one that imports nothing.

import { join } from 'node:path'
import { CONTESTANTS } from './import/contestants.mjs'
import { atMost, judge } from './shared/bars.mjs'
import { createComparison, median, printTable, spread } from './shared/comparison.mjs'
import { runRounds } from './shared/rounds.mjs'

const NAMES = Object.keys(CONTESTANTS)
const RUNS_PER_ROUND = 5
const rounds = Number(process.env.ROUNDS ?? 5) * RUNS_PER_ROUND

const results = await runRounds({
  worker: join(import.meta.dirname, 'import', 'cost.mjs'),
  contestants: NAMES,
  scenarios: ['import'],
  rounds,
})
const { values, added } = createComparison(results, 'node')

console.log(`Added by an import, median of ${rounds} runs\n`)
printTable(
  ['', 'CPU ms', 'wall ms', 'memory MB'],
  NAMES.map((name) => [name, cell(name, 'cpuMs'), cell(name, 'wallMs'), cell(name, 'rssMb')]),
)
const core = median(added('@retake/core', 'import', 'cpuMs'))
judge('import', { rounds, bars: [atMost('import of @retake/core, CPU', core, 15, 'ms')], results })

function cell(name, metric) {
  if (name !== 'node') return spread(added(name, 'import', metric), 1)
  return `(${median(values(name, 'import', metric)).toFixed(1)} in all)`
}
