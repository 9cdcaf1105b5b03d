// One contestant in one scenario, in a process of its own: prints its CPU time as JSON.

import { cpuOf, IS_COUNTED, LENGTH, mean } from '../shared/cpu.mjs'
import { CONTESTANTS } from './contestants.mjs'
import { ANSWER_CHARS, CHUNKS, createModel } from './model.mjs'

// The first burst tells what a process costs that has just started, the others what it costs later on.
const BURSTS = 8 * LENGTH
const SCENARIOS = {
  call: { calls: 500, requests: 500, run: ask },
  stream: { calls: 100, requests: 100, run: readStream, op: 'stream' },
  outside: { calls: 100_000, requests: 1, run: ask, within: (fn) => fn() },
}

const [name, scenario, url] = process.argv.slice(2)
const { calls, requests, run, op = 'call', within } = SCENARIOS[scenario]
const contestant = await CONTESTANTS[name]({ url })
const model = createModel(requests)
const wrapped = contestant[op](model[op])

// What was made so far is old from now on, and not copied by whoever makes garbage first.
globalThis.gc()
const burstsUs = []
for (let burst = 0; burst < BURSTS; burst++) burstsUs.push((await cpuOf(runBurst)) / calls)
const [coldUs, ...warm] = burstsUs
const stored = IS_COUNTED ? undefined : await contestant.stored?.()
console.log(JSON.stringify({ coldUs, warmUs: mean(warm), burstsUs, calls: calls * BURSTS, stored }))
process.exit()

async function runBurst() {
  await (within ?? contestant.within)(async () => {
    for (let index = 0; index < calls; index++) await run(model.requests[index % requests])
  })
  await contestant.flush()
}

async function ask(request) {
  const { content } = await wrapped(request)
  if (content.length !== ANSWER_CHARS) throw new Error(`${content.length} characters came.`)
}

async function readStream(request) {
  let chunks = 0
  for await (const _chunk of await wrapped(request)) chunks++
  if (chunks !== CHUNKS) throw new Error(`${chunks} chunks came.`)
}
