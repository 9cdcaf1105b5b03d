// What it costs to compare the answer of a replay with the recorded one: prints CPU time per answer as JSON.
// The form in which both are compared is made in any case, for the answer to be stored.

import { compareAnswers } from '@retake/http/resend'
import { cpuUs, LENGTH, mean } from '../shared/cpu.mjs'

const ANSWERS = 20_000 * LENGTH
const BURSTS = 5

const [, scenario] = process.argv.slice(2)
const recorded = answerOf()
const now = answerOf(scenario === 'another' ? 'Z' : 'z')

const burstsUs = []
for (let burst = 0; burst < BURSTS; burst++) {
  const begun = cpuUs()
  for (let count = 0; count < ANSWERS; count++) check(compareAnswers(recorded, now))
  burstsUs.push((cpuUs() - begun) / ANSWERS)
}
console.log(JSON.stringify({ warmUs: mean(burstsUs.slice(1)), burstsUs, bytes: size(recorded) }))
process.exit()

// 1 KB, as an agent answers: some text, and what it found.
function answerOf(end = 'z') {
  const found = Array.from({ length: 8 }, (_, id) => ({ id, name: `rule ${id}`, score: id / 7 }))
  const body = { text: `${'word '.repeat(120)}${end}`, found, usage: { input: 120, output: 45 } }
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body }
}

function size({ body }) {
  return JSON.stringify(body).length
}

function check({ length }) {
  if (length !== (scenario === 'another' ? 1 : 0)) throw new Error(`${length} places differ.`)
}
