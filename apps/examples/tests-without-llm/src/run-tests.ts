import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** How a run of vitest went. */
export interface TestRun {
  readonly passed: number
  readonly failed: number
  /** Connections that the process of the tests has opened. */
  readonly connections: number
  /** From the start of vitest to its end. */
  readonly wholeMs: number
  /** The tests alone. */
  readonly testsMs: number
}

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly { readonly startTime: number; readonly endTime: number }[]
}

const VITEST = join(
  dirname(fileURLToPath(import.meta.resolve('vitest/package.json'))),
  'vitest.mjs',
)

/** Runs the tests of a project by the real vitest. */
export async function runTests(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<TestRun> {
  const { CI: _ci, RETAKE_MODE: _mode, ...own } = process.env
  rmSync(join(folder, 'connections.json'), { force: true })
  const startedMs = performance.now()
  const args = ['run', '--configLoader=native', '--reporter=json', '--outputFile=report.json']
  const child = spawn(process.execPath, [VITEST, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...own, NODE_OPTIONS: '--conditions=@retake/source --no-warnings', ...env },
  })
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
  const wholeMs = performance.now() - startedMs
  const written = readFileSync(join(folder, 'report.json'), 'utf8')
  if (child.exitCode !== 0)
    throw new Error(`The tests failed:\n${output}\n${written.slice(0, 5000)}`)
  const report = JSON.parse(written) as Report
  const [file = { startTime: 0, endTime: 0 }] = report.testResults
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    connections: Number(readFileSync(join(folder, 'connections.json'), 'utf8')),
    wholeMs,
    testsMs: file.endTime - file.startTime,
  }
}
