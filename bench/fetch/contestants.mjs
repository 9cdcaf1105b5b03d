// Each contestant gives the `fetch` that an app then asks by, and records what it is asked.

import { randomUUID } from 'node:crypto'
import { openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDirectory } from '../shared/temporary.mjs'

/** By name: opens a contestant. */
export const CONTESTANTS = {
  bare: async () => create(),
  'bare, undici': openBareUndici,
  'bare, Retake loaded': openLoaded,
  'floor, on disk': openDiskFloor,
  Retake: openRetake,
  'Retake, outside a session': openOutside,
  undici: openUndici,
  Polly: openPolly,
  nock: openNock,
  'MSW, observing': openMsw,
}

/**
 * @param fetch what the app asks by, unless it is the global one.
 * @param within what a burst of requests runs in.
 * @param recorded how many requests were kept; absent for those that keep none.
 */
function create({ fetch, within = (fn) => fn(), flush = async () => {}, recorded } = {}) {
  return { fetch, within, flush, recorded }
}

// The least that keeps a request before it leaves the process, and its answer before the app has read it to its end.
async function openDiskFloor() {
  const file = join(temporaryDirectory(), 'floor.jsonl')
  const log = openSync(file, 'a')
  const write = (record) => writeSync(log, `${JSON.stringify(record)}\n`)
  return create({
    async fetch(input, init) {
      const id = randomUUID()
      write({ id, url: input, method: init.method, body: init.body })
      const response = await globalThis.fetch(input, init)
      const { status, headers } = response
      const keep = (chunks) => write({ id, status, headers: [...headers], chunks })
      return new Response(watch(response.body, keep), { status, headers })
    },
    recorded: () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.includes('"chunks"')).length,
  })
}

// A body that tells what it consisted of when it has been read.
function watch(body, keep) {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const chunks = []
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await reader.read()
        if (done) {
          keep(chunks)
          controller.close()
        } else {
          chunks.push(decoder.decode(value, { stream: true }))
          controller.enqueue(value)
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

async function openRetake() {
  const { createRetake } = await import('@retake/core')
  const { createDirectoryStore } = await import('@retake/core/stores/directory')
  const { retakeFetch } = await import('@retake/fetch')
  const retake = createRetake({ store: createDirectoryStore({ directory: temporaryDirectory() }) })
  const ids = []
  return create({
    fetch: retakeFetch(),
    within: (fn) =>
      retake.session({ name: 'burst' }, (session) => {
        ids.push(session.id)
        return fn()
      }),
    flush: () => retake.flush(),
    async recorded() {
      const sessions = await Promise.all(ids.map((id) => retake.store.load(id)))
      return sessions.flatMap(({ events }) => events).filter(({ state }) => state === 'ok').length
    },
  })
}

// What a patch costs is told apart from what a process costs that has loaded more.
async function openLoaded() {
  await import('@retake/fetch')
  return create()
}

async function openOutside() {
  const { patchFetch } = await import('@retake/fetch')
  patchFetch()
  return create()
}

// Its recorder needs its own `fetch`, which is not the one of Node.
async function openBareUndici() {
  const { Agent, fetch } = await import('undici')
  const dispatcher = new Agent()
  return create({ fetch: (input, init) => fetch(input, { ...init, dispatcher }) })
}

async function openUndici() {
  const { fetch, SnapshotAgent } = await import('undici')
  const snapshotPath = join(temporaryDirectory(), 'snapshots.json')
  const dispatcher = new SnapshotAgent({ mode: 'record', snapshotPath })
  return create({
    fetch: (input, init) => fetch(input, { ...init, dispatcher }),
    flush: () => dispatcher.saveSnapshots(),
    recorded: () => dispatcher.getRecorder().size(),
  })
}

async function openPolly() {
  const { Polly } = await import('@pollyjs/core')
  const { default: FetchAdapter } = await import('@pollyjs/adapter-fetch')
  const { default: FsPersister } = await import('@pollyjs/persister-fs')
  Polly.register(FetchAdapter)
  Polly.register(FsPersister)
  let recorded = 0
  let bursts = 0
  let polly
  return create({
    async within(fn) {
      polly = new Polly(`burst ${bursts++}`, {
        mode: 'record',
        adapters: ['fetch'],
        persister: 'fs',
        persisterOptions: { fs: { recordingsDir: temporaryDirectory() } },
        logLevel: 'silent',
      })
      polly.server.any().on('response', () => void recorded++)
      await fn()
    },
    flush: () => polly.stop(),
    recorded: () => recorded,
  })
}

async function openNock() {
  const { default: nock } = await import('nock')
  let recorded = 0
  return create({
    async within(fn) {
      nock.recorder.rec({ dont_print: true, output_objects: true })
      await fn()
    },
    async flush() {
      recorded += nock.recorder.play().length
      nock.recorder.clear()
      nock.restore()
    },
    recorded: () => recorded,
  })
}

// It has no recorder: this is the least that one made with it would do.
async function openMsw() {
  const { setupServer } = await import('msw/node')
  const server = setupServer()
  server.listen({ onUnhandledRequest() {} })
  const kept = []
  const keep = async (response) => void kept.push(await response.text())
  server.events.on('response:bypass', ({ response }) => void keep(response.clone()))
  return create({ recorded: () => kept.length })
}
