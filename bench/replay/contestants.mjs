// Each contestant is given the requests of a session and what the provider answers to them, and then
// replays: `replay(run)` gets everything ready, calls `run` with a function that asks, and cleans up.
// `tidy` does away with what a replay leaves behind; it is not measured.

import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { temporaryDirectory } from '../shared/temporary.mjs'
import { JSON_HEADERS, PATH, STREAM_HEADERS } from './exchanges.mjs'
import { createHttpApp } from './http-app.mjs'

/** By name: opens a contestant. */
export const CONTESTANTS = {
  floor: openFloor,
  'floor, canonical': openCanonicalFloor,
  Retake: openRetake,
  'Retake, fetch': (given) => openRetakeFetch(given, { isPaced: false }),
  'Retake, fetch, paced': (given) => openRetakeFetch(given, { isPaced: true }),
  undici: openUndici,
  Polly: openPolly,
  MSW: openMsw,
  nock: openNock,
}

async function openFloor({ url, op, recordings }) {
  const { createFloor } = await import('./floor.mjs')
  return {
    async replay(run) {
      const app = createHttpApp(url, createFloor(recordings))
      await run(app[op])
    },
  }
}

async function openCanonicalFloor({ url, op, recordings }) {
  const { createCanonicalFloor } = await import('./floor.mjs')
  return {
    async replay(run) {
      const { within, fetch } = createCanonicalFloor(recordings)
      await within(() => run(createHttpApp(url, fetch)[op]))
    },
  }
}

async function openRetake({ op, recordings }) {
  const { sdkApp } = await import('./retake.mjs')
  return openRecorded(sdkApp[op], recordings)
}

// Answered here while it is recorded, since a network puts chunks together that are sent one after the other.
async function openRetakeFetch({ url, op, recordings }, { isPaced }) {
  const { retakeFetch } = await import('@retake/fetch')
  const answers = new Map(recordings.map(({ request, body }) => [JSON.stringify(request), body]))
  const provider = async (_url, { body }) =>
    new Response(toBytes(answers.get(body), isPaced), { headers: headersOf(op) })
  return openRecorded(createHttpApp(url, retakeFetch(provider))[op], recordings)
}

// All chunks lie in a buffer, or each comes in a turn of the event loop of its own, as from a model that writes slowly.
function toBytes(body, isPaced) {
  const encoder = new TextEncoder()
  const chunks = typeof body === 'string' ? [body] : [...body]
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      if (isPaced) await turn()
      const chunk = chunks.shift()
      if (chunk === undefined) controller.close()
      else controller.enqueue(encoder.encode(chunk))
    },
  })
}

async function openRecorded(ask, recordings) {
  const { openRetake, recordSession } = await import('./retake.mjs')
  const [directory, attic] = [temporaryDirectory(), temporaryDirectory()]
  const retake = openRetake(directory)
  const requests = recordings.map(({ request }) => request)
  const id = await recordSession(retake, ask, requests)
  let replayed
  return {
    replay: (run) =>
      retake.replay(id, (session) => {
        replayed = session.id
        return run(ask)
      }),
    tidy: () => renameSync(join(directory, `${replayed}.jsonl`), join(attic, `${replayed}.jsonl`)),
  }
}

async function openUndici({ url, op, recordings }) {
  const { fetch, SnapshotAgent } = await import('undici')
  const snapshotPath = join(temporaryDirectory(), 'snapshots.json')
  const appWith = (dispatcher) =>
    createHttpApp(url, (input, init) => fetch(input, { ...init, dispatcher }))[op]
  const recorder = new SnapshotAgent({ mode: 'record', snapshotPath })
  for (const { request } of recordings) await appWith(recorder)(request)
  await recorder.close()
  return {
    recorded: recordings.length,
    async replay(run) {
      const player = new SnapshotAgent({ mode: 'playback', snapshotPath })
      await player.loadSnapshots()
      await run(appWith(player))
      await player.close()
    },
  }
}

async function openPolly({ url, op, recordings }) {
  const { Polly } = await import('@pollyjs/core')
  const { default: FetchAdapter } = await import('@pollyjs/adapter-fetch')
  const { default: FsPersister } = await import('@pollyjs/persister-fs')
  Polly.register(FetchAdapter)
  Polly.register(FsPersister)
  const recordingsDir = temporaryDirectory()
  const open = (mode) =>
    new Polly('session', {
      mode,
      adapters: ['fetch'],
      persister: 'fs',
      persisterOptions: { fs: { recordingsDir } },
      recordIfMissing: false,
      logLevel: 'silent',
    })
  const recorder = open('record')
  for (const { request } of recordings) await createHttpApp(url)[op](request)
  await recorder.stop()
  return {
    recorded: recordings.length,
    async replay(run) {
      const player = open('replay')
      await run(createHttpApp(url)[op])
      await player.stop()
    },
  }
}

async function openMsw({ url, op, recordings }) {
  const { http, HttpResponse } = await import('msw')
  const { setupServer } = await import('msw/node')
  const server = setupServer()
  server.listen({ onUnhandledRequest: 'error' })
  return {
    async replay(run) {
      const answers = new Map(recordings.map((one) => [JSON.stringify(one.request), one.body]))
      const handler = http.post(url + PATH, async ({ request }) => {
        const body = answers.get(await request.text())
        return new HttpResponse(toBody(body), { headers: headersOf(op) })
      })
      server.use(handler)
      await run(createHttpApp(url)[op])
      server.resetHandlers()
    },
  }
}

async function openNock({ url, op, recordings }) {
  const { default: nock } = await import('nock')
  nock.disableNetConnect()
  return {
    async replay(run) {
      for (const { request, body } of recordings) {
        const text = typeof body === 'string' ? body : body.join('')
        nock(url).post(PATH, request).reply(200, text, headersOf(op))
      }
      await run(createHttpApp(url)[op])
      nock.cleanAll()
    },
  }
}

function toBody(body) {
  if (typeof body === 'string') return body
  const encoder = new TextEncoder()
  return new ReadableStream({
    start(controller) {
      for (const event of body) controller.enqueue(encoder.encode(event))
      controller.close()
    },
  })
}

function headersOf(op) {
  return op === 'stream' ? STREAM_HEADERS : JSON_HEADERS
}
