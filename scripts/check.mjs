// Runs every check, goes on after a failure, and says at the end how many passed.
// `node scripts/check.mjs lint` runs one group; without a name, all of them run.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, relative } from 'node:path'
import { text } from 'node:stream/consumers'

const root = join(import.meta.dirname, '..')
const scratch = mkdtempSync(join(tmpdir(), 'retake-check-'))
const vitestReport = join(scratch, 'vitest.json')
const SLOWEST = 10

const environment = {
  ...process.env,
  PATH: join(root, 'node_modules', '.bin') + delimiter + process.env.PATH,
  TURBO_TELEMETRY_DISABLED: '1',
  // Hundreds of processes are started, most of which load the same code.
  NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled'),
}

// One after the other, but for what stands in a list: its rows run at the same time.
const plan = [
  // The build of a package includes publint and attw.
  step('build', 'turbo run build --continue --output-logs=errors-only'),
  step('build', 'node scripts/check-built.mjs'),
  [
    [step('packed', 'node scripts/check-packed.mjs')],
    [
      step('typecheck', 'turbo run typecheck --continue --output-logs=errors-only'),
      step('lint', 'oxlint'),
      step('lint', 'oxfmt --check'),
      step('lint', 'knip'),
      step('lint', 'turbo boundaries'),
    ],
  ],
  step(
    'test',
    `vitest run --reporter=default --reporter=json --outputFile.json="${vitestReport}"`,
    countTests,
  ),
  ...appNames().map((name) => step('apps', `pnpm --silent --filter ${name} test`)),
]

process.exitCode = await main(process.argv[2])

async function main(group) {
  const isChosen = (candidate) => group === undefined || candidate.group === group
  const results = []
  for (const entry of plan) {
    if (Array.isArray(entry)) results.push(...(await runRows(entry, isChosen)))
    else if (isChosen(entry)) results.push(await runStep(entry))
  }
  rmSync(scratch, { recursive: true, force: true })

  const passed = sum(results.map((result) => result.passed))
  const failed = sum(results.map((result) => result.failed))
  report(results, { passed, failed })
  return failed === 0 && results.length > 0 ? 0 : 1
}

async function runRows(rows, isChosen) {
  const ran = rows.map(async (row) => {
    const results = []
    for (const entry of row.filter(isChosen)) results.push(await runStep(entry, 'pipe'))
    return results
  })
  return (await Promise.all(ran)).flat()
}

function step(group, command, count = countStep) {
  return { group, command, count }
}

// What runs beside something else is printed when it is over, so that the lines of the two stay apart.
async function runStep({ command, count }, output = 'inherit') {
  if (output === 'inherit') console.log(`\n> ${command}`)
  const startedAtMs = performance.now()
  const child = spawn(`${command}${output === 'pipe' ? ' 2>&1' : ''}`, {
    cwd: root,
    env: environment,
    shell: true,
    stdio: ['ignore', output, 'inherit'],
  })
  const ended = once(child, 'close')
  const printed = child.stdout && (await text(child.stdout))
  const [status] = await ended
  if (output === 'pipe') console.log(`\n> ${command}\n${printed}`)
  const durationMs = performance.now() - startedAtMs
  return { command, durationMs, ...count(status === 0) }
}

function countStep(succeeded) {
  return succeeded ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

function countTests(succeeded) {
  const { numPassedTests = 0, numFailedTests = 0, testResults = [] } = readVitestReport()
  // A file that cannot be loaded has no test that could fail, yet it is a failure.
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  )
  const failed = numFailedTests + brokenFiles.length
  return {
    passed: numPassedTests,
    failed: succeeded ? failed : Math.max(failed, 1),
    details: [
      ...slowestFiles(testResults).map((line) => `slow: ${line}`),
      ...testResults.flatMap(namesOfSkipped).map((name) => `skipped: ${name}`),
      ...testResults.flatMap(namesOfFailed).map((name) => `failed: ${name}`),
      ...brokenFiles.map((file) => `failed: ${nameOf(file)} cannot be loaded`),
    ],
  }
}

// How long its tests ran; what it imports comes on top of that.
function slowestFiles(files) {
  return files
    .map((file) => ({ name: nameOf(file), durationMs: file.endTime - file.startTime }))
    .toSorted((one, other) => other.durationMs - one.durationMs)
    .slice(0, SLOWEST)
    .map(({ name, durationMs }) => `${seconds(durationMs)} s  ${name}`)
}

function namesOfFailed(file) {
  return file.assertionResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName }) => `${nameOf(file)} › ${fullName}`)
}

function nameOf({ name }) {
  return relative(root, name)
}

// A group that is skipped whole is named once, by its title, which says why.
function namesOfSkipped({ assertionResults }) {
  const groups = Object.groupBy(
    assertionResults,
    ({ ancestorTitles, fullName }) => ancestorTitles[0] ?? fullName,
  )
  return Object.entries(groups).flatMap(([title, tests]) => {
    const skipped = tests.filter(({ status }) => status === 'skipped')
    return skipped.length === tests.length ? [title] : skipped.map(({ fullName }) => fullName)
  })
}

function readVitestReport() {
  try {
    return JSON.parse(readFileSync(vitestReport, 'utf8'))
  } catch {
    // Vitest writes no report when it finds no test or cannot start; its exit code tells the two apart.
    return {}
  }
}

function appNames() {
  return globSync(['apps/demo/package.json', 'apps/examples/*/package.json'], { cwd: root })
    .toSorted()
    .map((file) => JSON.parse(readFileSync(join(root, file), 'utf8')).name)
}

// Whoever reads only the last lines has the names of all that failed.
function report(results, { passed, failed }) {
  console.log()
  for (const result of results) {
    const mark = result.failed === 0 ? 'ok    ' : 'FAILED'
    console.log(`${mark} ${seconds(result.durationMs)} s  ${result.command}`)
  }
  console.log(`\n${passed} tests and checks passed, ${failed} failed.`)
  for (const line of results.flatMap(({ details = [] }) => details)) console.log(line)

  const summaryFile = process.env.CHECK_SUMMARY
  if (summaryFile) writeFileSync(summaryFile, `${passed} passed, ${failed} failed\n`)
}

function seconds(ms) {
  return (ms / 1000).toFixed(1).padStart(6)
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}
