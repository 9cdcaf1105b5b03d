// Run by itself, so that it dies of a rejection that nobody awaits, as a server does. Prints a line for each replay.
import { get, type IncomingMessage } from 'node:http'
import { createRetake } from '@retake/core'
import { startProvider } from '@retake/loopback-provider'
import { createObservedStore } from '@retake/testing'
import { createShapes, serveShapes } from './shapes.ts'

let unhandled = 0
if (process.argv.includes('--listen')) process.on('unhandledRejection', () => void unhandled++)

const provider = await startProvider({ thinkMs: 1, chunkDelayMs: 5 })
const store = createObservedStore()
const retake = createRetake({
  store,
  environment: { RETAKE_REPLAY_ENABLED: '1' },
  log: false,
  drainMs: 20,
  keepEmpty: true,
})
const servers = await serveShapes(createShapes(provider.url), retake)

/** How far a client reads while the session is recorded, and what the replay is asked. */
const ENDINGS = {
  'client gone at once': { parts: 0, question: 'hello' },
  'client gone after a part': { parts: 1, question: 'hello' },
  'read to the end, replayed with another question': { parts: Infinity, question: 'other' },
  'client gone, and gone in the replay': { parts: 1, question: 'hello', replayed: 1 },
} as const

for (const [server, { url, shapes }] of Object.entries(servers)) {
  for (const [at, shape] of shapes.entries()) {
    for (const [ending, how] of Object.entries(ENDINGS)) {
      const { parts, question } = how
      const recording = await ask(`${url}/${at}?q=hello`, parts)
      await store.ended(recording)
      const replayed = 'replayed' in how ? how.replayed : Infinity
      const replay = await ask(`${url}/${at}?q=${question}`, replayed, `${recording};match=strict`)
      const { end, session } = await store.ended(replay)
      if (session.replayOf !== recording) throw new Error('not replayed')
      const { status } = (end?.report ?? {}) as { readonly status?: string }
      process.stdout.write(`${[server, shape, ending, status].join(' | ')}\n`)
    }
  }
}
process.stdout.write(`unhandled ${unhandled}\n`, () => process.exit())

/** Reads so many parts of an answer, goes, and gives the id of its session. */
async function ask(url: string, parts: number, replay?: string): Promise<string> {
  const headers = replay === undefined ? {} : { 'x-replay': replay }
  return new Promise((resolve, reject) => {
    // An app that has failed without knowing never ends its response.
    const request = get(url, { headers, agent: false, timeout: 500 }, (response) => {
      void read(response, parts).then(() => {
        request.destroy()
        resolve(String(response.headers['x-session-id']))
      }, reject)
    })
    request.on('timeout', () => request.destroy())
    // Nor does one that has not begun to answer: its session is the newest one.
    request.on(
      'error',
      () => void store.list({ limit: 1 }).then(([newest]) => resolve(newest?.id ?? '')),
    )
  })
}

async function read(response: IncomingMessage, parts: number): Promise<void> {
  let left = parts
  try {
    if (left > 0) for await (const _chunk of response) if (--left === 0) return
  } catch {
    // A body that breaks off is what a replay that has failed answers with.
  }
}
