// One measurement in a process of its own. Run with `--expose-gc`; prints JSON.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { call, createRetake, recorded } from '@retake/core'
import { createDirectoryStore } from '@retake/core/stores/directory'

const COUNT = 10_000
const STREAM_MEGABYTES = 100
const MEGABYTE = 2 ** 20

const directory = mkdtempSync(join(tmpdir(), 'retake-memory-'))
const retake = createRetake({
  store: createDirectoryStore({ directory }),
  environment: { RETAKE_REPLAY_ENABLED: '1' },
  log: false,
})
const ask = recorded('llm', 'test/model', async ({ prompt }) => `An answer to ${prompt}.`)

const MEASUREMENTS = { openSessions, openSpans, calls, sessions, stream }
const [name] = process.argv.slice(2)
const result = await MEASUREMENTS[name]()
rmSync(directory, { recursive: true })
console.log(JSON.stringify(result))
// What was kept open for the measurement would keep the process alive.
process.exit()

/** Bytes per session that is open and has made one call; what any open function costs is taken off. */
async function openSessions() {
  await retake.session(() => ask({ prompt: 'warm up' }))
  const bare = await heapOfMany((hold) => (async () => hold)())
  const open = await heapOfMany((hold, index) =>
    retake.session(async () => {
      await ask({ prompt: `number ${index}` })
      return hold
    }),
  )
  return { bytesEach: (open - bare) / COUNT }
}

/** Bytes per span that is open within one session. */
async function openSpans() {
  const bare = await heapOfMany((hold) => (async () => hold)())
  return retake.session(async () => {
    const open = await heapOfMany((hold, index) =>
      retake.session({ name: `span ${index}` }, () => hold),
    )
    return { bytesEach: (open - bare) / COUNT }
  })
}

async function heapOfMany(open) {
  const { promise: hold, resolve: letGo } = Promise.withResolvers()
  const kept = []
  const before = heap()
  for (let index = 0; index < COUNT; index++) kept.push(open(hold, index))
  await turn()
  const grown = heap() - before
  // Until here all of them have to be reachable.
  letGo()
  await Promise.all(kept)
  return grown
}

/** Bytes by which the heap grows over many calls of one session. */
async function calls() {
  return retake.session(async () => {
    await askMany(2000)
    const before = heap()
    await askMany(COUNT)
    return { growth: heap() - before }
  })
}

async function askMany(count) {
  for (let index = 0; index < count; index++) await ask({ prompt: `number ${index}` })
}

/** Bytes by which the heap grows over many sessions that end. */
async function sessions() {
  await runMany(2000)
  const before = heap()
  await runMany(COUNT)
  return { growth: heap() - before }
}

async function runMany(count) {
  for (let index = 0; index < count; index++)
    await retake.session({ name: 'session' }, () => ask({ prompt: `number ${index}` }))
  await turn()
}

/** What a long stream costs while it is read in a session, beside the same one outside. */
async function stream() {
  const bare = await readStream()
  let id
  let settled
  const recordedRun = await retake.session(async (session) => {
    id = session.id
    settled = () => session.settled
    return readStream()
  })
  await settled()
  const peak = process.memoryUsage().rss
  const [event] = (await retake.store.load(id)).events
  return {
    megabytes: recordedRun.bytes / MEGABYTE,
    bareRss: bare.rss,
    rss: Math.max(recordedRun.rss, peak),
    truncated: event.outcome.stream.truncated === true,
    refusal: await retake.replay(id, readStream).then(
      () => 'none',
      (error) => `${error.code}: ${error.message}`,
    ),
  }
}

async function readStream() {
  const parts = call({ kind: 'llm', name: 'test/model', request: 'a long one' }, longStream)
  let bytes = 0
  let rss = 0
  for await (const part of parts) {
    bytes += part.length
    rss = Math.max(rss, process.memoryUsage.rss())
  }
  return { bytes, rss }
}

function longStream() {
  let left = STREAM_MEGABYTES * 16
  return new ReadableStream(
    {
      pull(controller) {
        if (left-- > 0) controller.enqueue(String(left).padEnd(MEGABYTE / 16, 'Some words. '))
        else controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

function heap() {
  for (let times = 0; times < 4; times++) globalThis.gc()
  return process.memoryUsage().heapUsed
}

function turn() {
  return new Promise((resolve) => void setTimeout(resolve, 50))
}
