// One process that finds sessions once, as a command would: what it took, and since the process was started.

import { CONTESTANTS, forgetIndex, newestOf, SCENARIOS } from './contestants.mjs'

const [, , contestant, scenario, directory] = process.argv
const asked = SCENARIOS[scenario]
const beforeMs = performance.now()
if (asked.isFirst && contestant === 'Retake') forgetIndex(directory)
if (asked.isLoad) newestOf(directory)

const startMs = performance.now()
const sessions = await CONTESTANTS[contestant](directory, asked)
const endMs = performance.now()

if (sessions.length !== asked.found) throw new Error(`${contestant}: ${sessions.length} found.`)
const ms = endMs - startMs
console.log(JSON.stringify({ ms, processMs: beforeMs + ms }))
