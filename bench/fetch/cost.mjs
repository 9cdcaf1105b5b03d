// One contestant in one scenario, in a process of its own: prints its CPU time as JSON.

import { requestOf, textOf } from '../replay/exchanges.mjs'
import { createHttpApp } from '../replay/http-app.mjs'
import { cpuOf, mean } from '../shared/cpu.mjs'
import { CONTESTANTS } from './contestants.mjs'

// The first burst tells what a process costs that has just started, the others what it costs later on.
const BURSTS = 5
const CALLS = { json: 300, stream: 120 }

const [name, op, url] = process.argv.slice(2)
const calls = CALLS[op]
const contestant = await CONTESTANTS[name]()

// No two are equal, or some would keep but one of them.
const requests = Array.from({ length: BURSTS * calls }, (_, number) =>
  requestOf(number, op === 'stream'),
)
let asked = 0

// What was made so far is old from now on, and not copied by whoever makes garbage first.
globalThis.gc()
const burstsUs = []
for (let burst = 0; burst < BURSTS; burst++) burstsUs.push(await cpuOf(runBurst))
const [coldUs, ...warm] = burstsUs.map((us) => us / calls)
const recorded = await contestant.recorded?.()
console.log(JSON.stringify({ coldUs, warmUs: mean(warm), calls: calls * BURSTS, recorded }))
process.exit()

async function runBurst() {
  await contestant.within(async () => {
    // By now a contestant may have put its own in the place of the global one.
    const ask = createHttpApp(url, contestant.fetch ?? globalThis.fetch)[op]
    for (const end = asked + calls; asked < end; asked++) check(asked, await ask(requests[asked]))
  })
  await contestant.flush()
}

function check(number, { text }) {
  const isRight = op === 'json' ? text === textOf(number) : text.endsWith('}\n\n')
  if (!isRight) throw new Error(`${name} gave something else for request ${number}.`)
}
