// One contestant in one scenario, in a process of its own: prints its CPU time as JSON.
// A scenario is what is asked for and how many calls a session has, such as `json 200`.

import { cpuUs, IS_COUNTED, LENGTH, mean, meansOf } from '../shared/cpu.mjs'
import { CONTESTANTS } from './contestants.mjs'
import { answerOf, eventsOf, requestOf, textOf } from './exchanges.mjs'

// As many calls whatever the size of the session, since they get cheaper while the code gets warm, but no
// longer than anybody wants to wait for. The first half of the passes does not count.
const CALLS = { json: 4000 * LENGTH, stream: 800 * LENGTH }
const BUDGET_US = IS_COUNTED ? Number.POSITIVE_INFINITY : 2_000_000 * LENGTH
const COLD_SHARE = 0.5
// As many as it takes for the clock to tell them from nothing.
const BURST_CALLS = { json: 400, stream: 40 }

const [name, scenario, url] = process.argv.slice(2)
const [op, calls] = scenario.split(' ')
const recordings = Array.from({ length: Number(calls) }, (_, number) => record(number))
const contestant = await CONTESTANTS[name]({ url, op, recordings })

const passes = []
let spentUs = 0
while (passes.length < 2 || hasTime()) {
  passes.push(await measure())
  await contestant.tidy?.()
}
const warm = passes.slice(Math.ceil(passes.length * COLD_SHARE))
const burst = Math.ceil(BURST_CALLS[op] / recordings.length)
const burstsOf = (metric) =>
  meansOf(
    passes.map((pass) => pass[metric]),
    burst,
  )
console.log(
  JSON.stringify({
    callUs: mean(warm.map((pass) => pass.callUs)),
    aroundUs: mean(warm.map((pass) => pass.aroundUs)),
    chunks: Math.min(...passes.map((pass) => pass.chunks)),
    recorded: contestant.recorded ?? 0,
    burstsUs: burstsOf('callUs'),
    burstsAroundUs: burstsOf('aroundUs'),
    calls: passes.length * recordings.length,
  }),
)
process.exit()

function hasTime() {
  return passes.length * recordings.length < CALLS[op] && spentUs < BUDGET_US
}

function record(number) {
  const request = requestOf(number, op === 'stream')
  const text = textOf(number)
  if (op === 'json') return { request, text, body: JSON.stringify(answerOf(number)) }
  const body = eventsOf(number)
  return { request, text, body, events: body.join('') }
}

async function measure() {
  const begun = cpuUs()
  let started, asked
  let chunks = Number.POSITIVE_INFINITY
  await contestant.replay(async (ask) => {
    started = cpuUs()
    for (let number = 0; number < recordings.length; number++) {
      const answer = await ask(recordings[number].request)
      check(number, answer)
      chunks = Math.min(chunks, answer.chunks)
    }
    asked = cpuUs()
  })
  spentUs += asked - started
  return {
    callUs: (asked - started) / recordings.length,
    aroundUs: cpuUs() - begun - (asked - started),
    chunks,
  }
}

function check(number, { id = `answer-${number}`, text }) {
  const expected = recordings[number]
  const isRight = id === `answer-${number}` && (text === expected.text || text === expected.events)
  if (!isRight) throw new Error(`${name} answered request ${number} with something else.`)
}
