// How long it takes in a fresh process until a recorded session of 1,000 calls can be replayed: prints the
// CPU time until the app's code runs, and until it has its first answer, and the heap that the session then takes.

// Whatever serves or fetches has loaded it, which takes longer than to load a session of 200 calls.
import 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cpuUs } from '../shared/cpu.mjs'
import { answerOf, requestOf } from './exchanges.mjs'

const CONTESTANTS = { 'JSON.parse': parse, Retake: replay }

const [name, , file] = process.argv.slice(2)
const [directory, id] = [join(file, '..'), file.slice(file.lastIndexOf('/') + 1, -'.jsonl'.length)]
await CONTESTANTS[name]()

// The least that there is: read the file, and parse its lines.
async function parse() {
  const begun = begin()
  const records = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const calls = records.filter(
    (record) => record.type === 'event' && record.id !== undefined,
  ).length
  if (calls !== 1000) throw new Error(`${calls} calls came.`)
  end(begun, cpuUs() - begun.us, records)
}

async function replay() {
  const { openRetake, sdkApp } = await import('./retake.mjs')
  const retake = openRetake(directory)
  const first = requestOf(0, false)
  const begun = begin()
  await retake.replay(
    id,
    async () => {
      const readyUs = cpuUs() - begun.us
      const { id } = await sdkApp.json(first)
      if (id !== answerOf(0).id) throw new Error('Another answer came.')
      end(begun, readyUs)
    },
    { onLeftover: 'ignore' },
  )
}

function begin() {
  globalThis.gc()
  return { heap: process.memoryUsage().heapUsed, us: cpuUs() }
}

// What is kept until then is given, so that it still counts.
function end(begun, readyUs, _kept) {
  const firstUs = cpuUs() - begun.us
  globalThis.gc()
  const heapMb = (process.memoryUsage().heapUsed - begun.heap) / 2 ** 20
  console.log(JSON.stringify({ readyMs: readyUs / 1000, firstMs: firstUs / 1000, heapMb }))
}
