// One contestant in one scenario, as a server in a process of its own: prints its CPU time as JSON.
// A scenario is a framework and what is asked for, such as `hono plain`.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createModel } from '../capture/model.mjs'
import { cpuOf, IS_COUNTED, LENGTH, mean } from '../shared/cpu.mjs'
import { newFileUs } from '../shared/temporary.mjs'
import { CONTESTANTS } from './contestants.mjs'
import { SERVERS } from './servers.mjs'

// The first burst tells what a process costs that has just started, the others what it costs later on.
const BURSTS = 5 * LENGTH
const REQUESTS = 1600

const [name, scenario, url] = process.argv.slice(2)
const [framework, path] = scenario.split(' ')
const contestant = await CONTESTANTS[name]({ framework, url })
const model = createModel(500)
const wrapped = contestant.call((request) => model.call(request))
let asked = 0
const ask = () => wrapped(model.requests[asked++ % model.requests.length])
const port = await SERVERS[framework]({ use: contestant.use, ask })
const load = fork(join(import.meta.dirname, 'load.mjs'), [String(port), `/${path}`])

const burstsUs = []
for (let burst = 0; burst < BURSTS; burst++) burstsUs.push((await cpuOf(runBurst)) / REQUESTS)
const [coldUs, ...warm] = burstsUs
const stored = IS_COUNTED ? undefined : await contestant.stored?.()
const requests = BURSTS * REQUESTS
const calls = requests * contestant.perRequest + asked
const fileUs = IS_COUNTED ? undefined : newFileUs()
console.log(
  JSON.stringify({ coldUs, warmUs: mean(warm), burstsUs, requests, calls, stored, fileUs }),
)
load.kill()
process.exit()

async function runBurst() {
  load.send(REQUESTS)
  await once(load, 'message')
  await contestant.flush()
}
