// Whether one build of Retake costs more than another: both are measured in turn, each time in a process of its own.
//
//     npm --prefix bench run compare -- --before <checkout> [--after <checkout>] [--rounds 15] [--count] [benchmarks]

import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { join, resolve } from 'node:path'
import { BENCHMARKS } from './compare/benchmarks.mjs'
import { prepareBuild } from './compare/builds.mjs'
import { measureInstructions, measureTime } from './compare/measure.mjs'
import { report } from './compare/report.mjs'
import { RESULTS } from './shared/bars.mjs'

try {
  process.exitCode = (await compare(readOptions())) ? 0 : 1
} catch (error) {
  console.error(error.message)
  process.exitCode = 2
}

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      before: { type: 'string' },
      after: { type: 'string', default: join(import.meta.dirname, '..') },
      rounds: { type: 'string' },
      only: { type: 'string', default: '' },
      count: { type: 'boolean', default: false },
    },
  })
  if (values.before === undefined) throw new Error('Say what to compare with: --before <checkout>.')
  const names = positionals.length === 0 ? Object.keys(BENCHMARKS) : positionals
  for (const name of names) if (!BENCHMARKS[name]) throw new Error(unknownMessage(name))
  if (values.count && spawnSync('valgrind', ['--version']).status !== 0)
    throw new Error('Instructions are counted by valgrind, which is not installed.')
  return {
    // npm runs a script in the folder of its package, not in the one in which the paths were typed.
    checkouts: [values.before, values.after].map((path) =>
      resolve(process.env.INIT_CWD ?? '', path),
    ),
    jobs: names.flatMap(jobsOf).filter((job) => isChosen(job, values.only)),
    rounds: Number(values.rounds ?? (values.count ? 1 : 15)),
    measure: values.count ? measureInstructions : measureTime,
  }
}

function unknownMessage(name) {
  return `There is no benchmark ${name}, but ${Object.keys(BENCHMARKS).join(', ')}.`
}

/** Each is a contestant in a scenario; those of the baseline come first. */
function jobsOf(benchmark) {
  return BENCHMARKS[benchmark].flatMap((plan) =>
    plan.scenarios.flatMap((scenario) =>
      [...(plan.baseline === undefined ? [] : [plan.baseline]), ...plan.contestants].map(
        (contestant) => ({ benchmark, plan, scenario, contestant }),
      ),
    ),
  )
}

function isChosen({ plan, scenario, contestant }, only) {
  return contestant === plan.baseline || `${contestant}, ${scenario}`.includes(only)
}

async function compare({ checkouts, jobs, rounds, measure }) {
  const folders = {
    before: prepareBuild('before', checkouts[0]),
    after: prepareBuild('after', checkouts[1]),
  }
  const results = []
  for (let round = 0; round < rounds; round++) {
    const sides = round % 2 === 0 ? ['before', 'after'] : ['after', 'before']
    for (const job of round % 2 === 0 ? jobs : jobs.toReversed())
      for (let run = 0; run < (job.plan.runs ?? 1); run++)
        for (const side of job.contestant === job.plan.baseline ? ['without'] : sides)
          results.push(await runJob({ job, side, round, rounds, folders, measure }))
  }
  say('')
  checkStored(results)
  write(results)
  return report(results)
}

async function runJob({ job, side, round, rounds, folders, measure }) {
  const { benchmark, plan, scenario, contestant } = job
  say(`round ${round + 1} of ${rounds}: ${benchmark}, ${contestant}, ${scenario}, ${side}`)
  // What runs without Retake runs in either.
  const folder = folders[side] ?? folders.before
  return { ...job, side, round, ...(await measure({ plan, folder, args: [contestant, scenario] })) }
}

// Where a person looks on, since it takes minutes.
function say(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r${text.padEnd(80)}\r`)
}

/** @throws when a build has kept less than the other: what is faster because it drops something is not faster. */
function checkStored(results) {
  for (const { benchmark, contestant, scenario, stored } of results) {
    const others = results.filter(
      (run) =>
        run.benchmark === benchmark && run.contestant === contestant && run.scenario === scenario,
    )
    if (others.some((run) => !isDeepStrictEqual(run.stored, stored)))
      throw new Error(`${contestant} did not keep the same in every run (${scenario}).`)
  }
}

function write(results) {
  mkdirSync(RESULTS, { recursive: true })
  const written = results.map(({ plan: _plan, ...run }) => run)
  writeFileSync(join(RESULTS, 'compare.json'), `${JSON.stringify(written, undefined, 2)}\n`)
}
