// What of each benchmark is compared: the rows of Retake, and the scripts that measure them.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openUpstream } from '../replay/upstream.mjs'
import { runWorker } from '../shared/rounds.mjs'
import { openSink } from '../shared/sink.mjs'

const EXPOSE_GC = ['--expose-gc']
const BURSTS = {
  'warm, µs': quietest('burstsUs'),
  'first burst, µs': ({ burstsUs }) => burstsUs[0],
}
const LOADED_CALLS = 1000

/**
 * By name, what runs in a process of its own.
 *
 * @property worker the script that runs, within the folder of a build.
 * @property contestants the contestants to measure, in each of `scenarios`.
 * @property metrics reads figures from what it prints.
 * @property baseline the contestant without Retake, on top of which everything else comes.
 * @property open opens what a process talks to, see `runRounds`; it is given the folder of the build.
 * @property runs how often a process runs in one round.
 * @property length how many times as long it measures, so that the lowest burst is one that nothing has disturbed.
 * @property units what the script prints that tells how much it has done, if it can do more of it.
 */
export const BENCHMARKS = {
  capture: [
    {
      worker: 'capture/cost.mjs',
      contestants: ['Retake', 'Retake, in memory', 'Retake, a session per call'],
      scenarios: ['call', 'stream'],
      metrics: BURSTS,
      baseline: 'bare',
      nodeArguments: EXPOSE_GC,
      length: 3,
      units: 'calls',
    },
    {
      worker: 'capture/cost.mjs',
      contestants: ['Retake'],
      scenarios: ['outside'],
      metrics: { 'warm, µs': quietest('burstsUs') },
      nodeArguments: EXPOSE_GC,
      length: 3,
      units: 'calls',
    },
  ],
  replay: [
    {
      worker: 'replay/cost.mjs',
      contestants: ['Retake', 'Retake, fetch'],
      scenarios: ['json 1', 'json 200', 'json 1000', 'stream 1', 'stream 200'],
      metrics: { 'call, µs': quietest('burstsUs'), 'around, µs': quietest('burstsAroundUs') },
      open: openUpstream,
      units: 'calls',
    },
    {
      worker: 'replay/cost.mjs',
      contestants: ['Retake, fetch, paced'],
      scenarios: ['stream 200'],
      metrics: { 'call, µs': quietest('burstsUs') },
      open: openUpstream,
      units: 'calls',
    },
    {
      worker: 'replay/load.mjs',
      contestants: ['Retake'],
      scenarios: ['load'],
      metrics: {
        'ready, ms': ({ readyMs }) => readyMs,
        'first answer, ms': ({ firstMs }) => firstMs,
        'heap, MB': ({ heapMb }) => heapMb,
      },
      open: openRecording,
      nodeArguments: EXPOSE_GC,
      runs: 3,
    },
  ],
  langchain: [
    {
      worker: 'langchain/cost.mjs',
      contestants: ['Retake'],
      scenarios: ['invoke', 'stream'],
      metrics: BURSTS,
      baseline: 'bare',
      nodeArguments: EXPOSE_GC,
      length: 3,
      units: 'calls',
    },
  ],
  middleware: [
    {
      worker: 'middleware/cost.mjs',
      contestants: ['Retake', 'Retake, in memory', 'Retake, sampled out'],
      scenarios: ['hono plain', 'hono call', 'express plain', 'express call'],
      metrics: { 'warm, µs': quietest('burstsUs') },
      baseline: 'plain',
      units: 'requests',
    },
  ],
  memory: [
    {
      worker: 'memory/measure.mjs',
      contestants: ['openSessions', 'openSpans'],
      scenarios: ['heap'],
      metrics: { 'bytes each': ({ bytesEach }) => bytesEach },
      nodeArguments: EXPOSE_GC,
    },
    {
      worker: 'memory/measure.mjs',
      contestants: ['stream'],
      scenarios: ['100 MB'],
      metrics: { 'added, MB': ({ rss, bareRss }) => (rss - bareRss) / 2 ** 20 },
      nodeArguments: EXPOSE_GC,
    },
  ],
  import: [
    {
      worker: 'import/cost.mjs',
      contestants: ['@retake/core', '@retake/hono'],
      scenarios: ['import'],
      metrics: { 'CPU, ms': ({ cpuMs }) => cpuMs, 'memory, MB': ({ rssMb }) => rssMb },
      baseline: 'node',
      runs: 5,
    },
  ],
}

for (const plans of Object.values(BENCHMARKS)) for (const plan of plans) plan.open ??= openSink

/**
 * What a burst costs when nothing else disturbs it. The first half does not count, in which code is compiled, and memory
 * touched for the first time.
 */
function quietest(name) {
  return ({ [name]: bursts }) => Math.min(...bursts.slice(bursts.length >> 1))
}

const recordings = new Map()

// Each build loads what it has recorded itself.
async function openRecording(folder) {
  if (!recordings.has(folder)) {
    const directory = mkdtempSync(join(tmpdir(), 'retake-recorded-'))
    process.on('exit', () => rmSync(directory, { recursive: true }))
    const worker = join(folder, 'replay', 'record.mjs')
    const id = await runWorker(worker, [directory, String(LOADED_CALLS)])
    recordings.set(folder, join(directory, `${id}.jsonl`))
  }
  return { url: recordings.get(folder), close() {} }
}
