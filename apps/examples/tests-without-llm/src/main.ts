import assert from 'node:assert/strict'
import { cpSync, globSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProvider } from '@retake/loopback-provider'
import { runTests, type TestRun } from './run-tests.ts'

const TESTS = 200
const CALLS = 2 * TESTS
// What a small model takes to begin its answer.
const THINK_MS = 300

const app = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'retake-tests-'))
const provider = await startProvider({ thinkMs: THINK_MS })
const env = { PROVIDER_URL: provider.url }

try {
  cpSync(join(app, 'project'), folder, { recursive: true })
  symlinkSync(join(app, 'node_modules'), join(folder, 'node_modules'))

  // On a developer's machine, once: each test asks the model, and is recorded.
  const recorded = await runTests(folder, env)
  assert.equal(recorded.passed, TESTS)
  assert.equal(provider.calls.total, CALLS)
  assert.ok(recorded.connections > 0, 'connections are counted')
  assert.equal(globSync('**/*.cassette.json', { cwd: folder }).length, TESTS)

  // On a server, for ever: there is no model any more.
  await provider.close()
  const replayed = await runTests(folder, { ...env, CI: 'true' })
  assert.equal(replayed.passed, TESTS)
  assert.equal(replayed.connections, 0)
  assert.equal(provider.calls.total, CALLS)
  report(recorded, replayed)
} finally {
  rmSync(folder, { recursive: true })
}

function report(live: TestRun, replayed: TestRun): void {
  const times = (one: number, other: number) => `${(one / other).toFixed(1)} times`
  console.log(
    [
      `${TESTS} tests of an agent, ${CALLS} calls of a model that thinks for ${THINK_MS} ms, 10 tests at once:`,
      `  live      ${format(live)}`,
      `  replayed  ${format(replayed)}, no connection opened`,
      `Without the model the run is ${times(live.wholeMs, replayed.wholeMs)} as fast, and the tests alone are ${times(live.testsMs, replayed.testsMs)}.`,
    ].join('\n'),
  )
}

function format({ wholeMs, testsMs }: TestRun): string {
  return `${(wholeMs / 1000).toFixed(1)} s, of which the tests took ${(testsMs / 1000).toFixed(1)} s`
}
