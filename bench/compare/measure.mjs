import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runWorker } from '../shared/rounds.mjs'

// Nothing that depends on the time, and no threads that get ready sooner or later.
const REPEATABLE = ['--single-threaded', '--predictable', '--hash-seed=1', '--random-seed=1']
const VALGRIND = [
  'valgrind',
  '--tool=exp-bbv',
  '--instr-count-only=yes',
  '--bb-out-file=/dev/null',
  '--smc-check=all-non-file',
]
// Files in memory: what a disk takes for a new file changes from one minute to the next.
if (existsSync('/dev/shm')) process.env.TMPDIR ??= '/dev/shm'

/**
 * Measures CPU time and memory.
 *
 * @returns figures by name, and what was `stored`, in which two builds must not differ.
 */
export async function measureTime({ plan, folder, args }) {
  const printed = await run({ plan, folder, args, length: plan.length ?? 1 })
  const figures = Object.entries(plan.metrics).map(([name, read]) => [name, read(printed)])
  return { figures: Object.fromEntries(figures), stored: printed.stored }
}

/**
 * Counts the instructions that a process executes, which are the same whatever else the machine does. A process runs
 * twice, once for twice as long: what that adds is what a warm call takes, and what is left is the start.
 */
export async function measureInstructions({ plan, folder, args }) {
  const short = await count({ plan, folder, args, length: 1 })
  if (plan.units === undefined) return { figures: { 'M instructions': short.instructions / 1e6 } }
  const long = await count({ plan, folder, args, length: 2 })
  const done = (printed) => printed[plan.units]
  const perUnit = (long.instructions - short.instructions) / (done(long) - done(short))
  return {
    figures: {
      'warm, k instructions': perUnit / 1e3,
      'start, M instructions': (short.instructions - perUnit * done(short)) / 1e6,
    },
  }
}

async function count({ plan, folder, args, length }) {
  const scratch = mkdtempSync(join(tmpdir(), 'retake-count-'))
  const log = join(scratch, 'log')
  const nodeArguments = [...(plan.nodeArguments ?? []), ...REPEATABLE]
  const under = [...VALGRIND, `--log-file=${log}`]
  process.env.RETAKE_BENCH_COUNTED = '1'
  try {
    const printed = await run({ plan: { ...plan, nodeArguments }, folder, args, length, under })
    const threads = readFileSync(log, 'utf8').matchAll(/Total instructions: (\d+)/g)
    const instructions = [...threads].reduce((sum, [, number]) => sum + Number(number), 0)
    return { ...printed, instructions }
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

async function run({ plan, folder, args, length, under }) {
  const service = await plan.open(folder)
  const scratch = mkdtempSync(join(tmpdir(), 'retake-compare-'))
  process.env.RETAKE_BENCH_LENGTH = String(length)
  process.env.RETAKE_BENCH_FOLDER = scratch
  try {
    const worker = join(folder, plan.worker)
    return await runWorker(worker, [...args, service.url], plan.nodeArguments, under)
  } finally {
    service.close()
    rmSync(scratch, { recursive: true })
  }
}
