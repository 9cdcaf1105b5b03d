import { spawn } from 'node:child_process'
import { openSink } from './sink.mjs'
import { temporaryDirectory } from './temporary.mjs'

/**
 * Runs every contestant in every scenario, round by round, each time in a fresh process with a service of
 * its own to send to. Odd rounds run in reverse order, so that a machine that gets slower is fair to all.
 *
 * @param open opens what a process talks to: an object with a `url`, `delivered()` and `close()`.
 * @param takesPart which contestants run in which scenario; all do by default.
 * @returns what the processes printed, with what was delivered, as `{ contestant, scenario, round, … }`.
 */
export async function runRounds({
  worker,
  contestants,
  scenarios,
  rounds,
  nodeArguments = [],
  open = openSink,
  takesPart = () => true,
}) {
  const pairs = scenarios
    .flatMap((scenario) => contestants.map((contestant) => ({ contestant, scenario })))
    .filter(takesPart)
  // What the processes leave behind is then this one's to do away with.
  temporaryDirectory()
  const results = []
  for (let round = 0; round < rounds; round++) {
    for (const pair of round % 2 === 1 ? pairs.toReversed() : pairs) {
      say(`round ${round + 1} of ${rounds}: ${pair.contestant}, ${pair.scenario}`)
      results.push({ ...pair, round, ...(await runOnce(worker, pair, { nodeArguments, open })) })
    }
  }
  say('')
  return results
}

// Where a person looks on, since it takes minutes.
function say(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r${text.padEnd(60)}\r`)
}

async function runOnce(worker, { contestant, scenario }, { nodeArguments, open }) {
  const service = await open()
  try {
    const printed = await runWorker(worker, [contestant, scenario, service.url], nodeArguments)
    return { ...printed, sink: service.delivered() }
  } finally {
    service.close()
  }
}

/**
 * Runs a script in a process of its own, and reads the last line it prints as JSON.
 *
 * @param under a command, with its arguments, that starts Node and watches it.
 */
export async function runWorker(worker, args, nodeArguments = [], under = []) {
  const [command, ...rest] = [...under, process.execPath, ...nodeArguments, worker, ...args]
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Some peers are made of what Node calls experimental.
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  })
  const output = []
  child.stdout.on('data', (part) => output.push(part))
  const code = await new Promise((resolve) => void child.on('close', resolve))
  if (code !== 0) throw new Error(`${worker} ${args.join(' ')} ended with ${code}`)
  return JSON.parse(Buffer.concat(output).toString().trim().split('\n').at(-1))
}

/**
 * Makes sure that every recorder has kept every call.
 *
 * @throws when one has not: what is faster because it drops something is not faster.
 */
export function checkDelivered(results, recorders) {
  for (const { contestant, scenario, calls, stored, sink } of results) {
    const kept = stored?.calls ?? sink.calls
    if (recorders.includes(contestant) && kept !== calls)
      throw new Error(`${contestant} kept ${kept} of ${calls} calls (${scenario}).`)
  }
}
