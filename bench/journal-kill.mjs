// Whether a call that has returned is ever lost: a program is killed again and again, and its journal read.

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { exactly, judge } from './shared/bars.mjs'

const kills = Number(process.env.KILLS ?? 50)
const LONGEST_LIFE_MS = 400
const worker = join(import.meta.dirname, 'crash', 'call-until-killed.mjs')
const directory = mkdtempSync(join(tmpdir(), 'retake-kill-'))
const store = createDirectoryStore({ directory })

const totals = { returned: 0, found: 0, torn: 0 }
for (let kill = 0; kill < kills; kill++) await killOnce()
rmSync(directory, { recursive: true })

const lost = totals.returned - totals.found
console.log(
  `${kills} kills, ${totals.returned} calls returned, ${totals.found} read back, ${lost} lost ` +
    `(${totals.torn} more were under way)`,
)
const bars = [exactly('calls that had returned and were lost', lost, 0)]
judge('journal-kill', { rounds: kills, bars, results: totals })
if (totals.returned <= kills) throw new Error('Hardly any call had returned when it was killed.')

async function killOnce() {
  const { id, returned } = await runUntilKilled()
  const { events } = await store.load(id)
  const answered = new Map(
    events
      .filter(({ state }) => state === 'ok')
      .map(({ request, outcome }) => [request.number, outcome.value.doubled]),
  )
  totals.returned += returned.length
  totals.found += returned.filter((number) => answered.get(number) === number * 2).length
  totals.torn += events.length - returned.length
}

async function runUntilKilled() {
  const child = spawn(process.execPath, [worker, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout.once('data', () =>
    setTimeout(() => child.kill('SIGKILL'), Math.random() * LONGEST_LIFE_MS),
  )
  const [id, ...lines] = (await text(child.stdout)).split('\n')
  if (child.signalCode !== null && child.signalCode !== 'SIGKILL') throw new Error(child.signalCode)
  // What follows the last line end was not written whole.
  return { id, returned: lines.slice(0, -1).map(Number) }
}
