import { spawn } from 'node:child_process'
import { openSink } from './sink.mjs'

/**
 * Runs every contestant in every scenario, round by round, each time in a fresh process with a sink of its
 * own. Odd rounds run in reverse order, so that a machine that gets slower is fair to all.
 *
 * @returns what the processes printed, with what the sink got, as `{ contestant, scenario, … }`.
 */
export async function runRounds({ worker, contestants, scenarios, rounds }) {
  const pairs = scenarios.flatMap((scenario) =>
    contestants.map((contestant) => ({ contestant, scenario })),
  )
  const results = []
  for (let round = 0; round < rounds; round++) {
    for (const pair of round % 2 === 1 ? pairs.toReversed() : pairs) {
      say(`round ${round + 1} of ${rounds}: ${pair.contestant}, ${pair.scenario}`)
      results.push({ ...pair, round, ...(await runOnce(worker, pair)) })
    }
  }
  say('')
  return results
}

// Where a person looks on, since it takes minutes.
function say(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r${text.padEnd(60)}\r`)
}

async function runOnce(worker, { contestant, scenario }) {
  const sink = await openSink()
  try {
    const printed = await runWorker(worker, [contestant, scenario, sink.url])
    return { ...printed, sink: sink.delivered() }
  } finally {
    sink.close()
  }
}

/** Runs a script in a process of its own, and reads the last line it prints as JSON. */
export async function runWorker(worker, args) {
  const child = spawn(process.execPath, [worker, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const output = []
  child.stdout.on('data', (part) => output.push(part))
  const code = await new Promise((resolve) => void child.on('close', resolve))
  if (code !== 0) throw new Error(`${worker} ${args.join(' ')} ended with ${code}`)
  return JSON.parse(Buffer.concat(output).toString().trim().split('\n').at(-1))
}

export function median(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Prints rows of cells as a table in Markdown. */
export function printTable(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  console.log(`${lines.join('\n')}\n`)
}
