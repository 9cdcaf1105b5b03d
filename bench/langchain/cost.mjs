// One contestant in one scenario, in a process of its own: prints its CPU time as JSON.

import { cpuOf, IS_COUNTED, LENGTH, mean } from '../shared/cpu.mjs'
import { CONTESTANTS } from './contestants.mjs'
import { prose } from '../shared/prose.mjs'
import { FakeModel } from './model.mjs'

// The first burst tells what a process costs that has just started, the others what it costs later on.
const BURSTS = 4 * LENGTH
const SCENARIOS = { invoke: { calls: 500, run: invoke }, stream: { calls: 200, run: stream } }

const [name, scenario, url] = process.argv.slice(2)
const { calls, run } = SCENARIOS[scenario]
const contestant = await CONTESTANTS[name]({ url })
const prompts = Array.from({ length: calls }, (_, index) => prose(index, 1024))
const model = new FakeModel({ answers: prompts.map((_, index) => prose(index + calls, 2048)) })
const options = contestant.callbacks ? { callbacks: contestant.callbacks } : {}

// What was made so far is old from now on, and not copied by whoever makes garbage first.
globalThis.gc()
const burstsUs = []
for (let burst = 0; burst < BURSTS; burst++) burstsUs.push((await cpuOf(runBurst)) / calls)
const [coldUs, ...warm] = burstsUs
const stored = IS_COUNTED ? undefined : await contestant.stored?.()
console.log(JSON.stringify({ coldUs, warmUs: mean(warm), burstsUs, calls: calls * BURSTS, stored }))
process.exit()

async function runBurst() {
  await contestant.within(async () => {
    for (const prompt of prompts) await run(prompt)
  })
  await contestant.flush()
}

async function invoke(prompt) {
  await model.invoke(prompt, options)
}

async function stream(prompt) {
  let chunks = 0
  for await (const _chunk of await model.stream(prompt, options)) chunks++
  if (chunks !== 30) throw new Error(`${chunks} chunks came.`)
}
