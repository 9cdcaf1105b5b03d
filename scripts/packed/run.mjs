import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const LONGEST_RUN_MS = 180_000
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

const running = new Set()
process.once('exit', () => running.forEach((child) => child.kill()))

/**
 * Runs a command to its end, and returns what it printed.
 *
 * @throws {Error} with the command and all that it printed, when it fails or takes longer than three minutes.
 */
export async function run([program, ...argv], { cwd, environment = process.env }) {
  const limits = { timeout: LONGEST_RUN_MS, maxBuffer: MAX_OUTPUT_BYTES }
  const result = execute(program, argv, { cwd, env: environment, ...limits })
  const { child } = result
  child.stdin?.end()
  running.add(child)
  try {
    return (await result).stdout
  } catch (error) {
    throw new Error(describe([program, ...argv].join(' '), error), { cause: error })
  } finally {
    running.delete(child)
  }
}

function describe(command, { message, killed, stdout = '', stderr = '' }) {
  const output = `${stdout}\n${stderr}`.trim() || message
  const ending = killed ? [`stopped after ${LONGEST_RUN_MS / 1000} s`] : []
  return [`> ${command}`, output, ...ending].join('\n')
}
