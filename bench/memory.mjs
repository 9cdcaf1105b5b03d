// What recording costs in memory: open sessions, many calls, a long stream.

import { join } from 'node:path'
import { printTable, runWorker } from './rounds.mjs'

const worker = join(import.meta.dirname, 'memory', 'measure.mjs')
const KILOBYTE = 1024
const MEGABYTE = 2 ** 20

// What varies from run to run when nothing is kept at all.
const NO_GROWTH_BYTES = MEGABYTE
const STREAM_BUFFER_BYTES = 256 * MEGABYTE

const results = {}
for (const name of ['openSessions', 'openSpans', 'calls', 'sessions', 'stream'])
  results[name] = await runWorker('--expose-gc', [worker, name])
const { openSessions, openSpans, calls, sessions, stream } = results
const added = stream.rss - stream.bareRss

const rows = [
  row('heap per open session, of 10,000', openSessions.bytesEach, 2 * KILOBYTE, bytes),
  row('heap per open span, of 10,000', openSpans.bytesEach, 2 * KILOBYTE, bytes),
  row('heap grown over 10,000 calls', calls.growth, NO_GROWTH_BYTES, kilobytes),
  row('heap grown over 10,000 sessions', sessions.growth, NO_GROWTH_BYTES, kilobytes),
  row('memory added by a stream of 100 MB', added, STREAM_BUFFER_BYTES, megabytes),
]
printTable(['', 'measured', 'bar', 'held'], rows)
console.log(
  `Of the stream the app got ${stream.megabytes} MB; ` +
    `the entry is ${stream.truncated ? '' : 'NOT '}marked as truncated; a replay says\n  ${stream.refusal}`,
)
const isRefused = stream.truncated && stream.refusal.startsWith('REPLAY_NO_SNAPSHOTS')
const isWhole = stream.megabytes === 100
process.exitCode = isRefused && isWhole && rows.every(([, , , held]) => held === 'yes') ? 0 : 1

function row(what, value, bar, format) {
  return [what, format(value), `at most ${format(bar)}`, value <= bar ? 'yes' : 'NO']
}

function bytes(value) {
  return `${value.toFixed(0)} B`
}

function kilobytes(value) {
  return `${(value / KILOBYTE).toFixed(0)} KB`
}

function megabytes(value) {
  return `${(value / MEGABYTE).toFixed(0)} MB`
}
