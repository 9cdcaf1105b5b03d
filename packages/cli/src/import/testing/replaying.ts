import { createRetake, type ReplayOptions, type SessionData } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { retakeFetch } from '@retake/fetch'
import { createRedactor } from '@retake/redact'
import { importSession, type Imported, type ImportFormat } from '@retake/interchange'

type Fetch = typeof globalThis.fetch

function createTestRetake() {
  const store = createMemoryStore()
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  return { store, retake: createRetake({ store, log: false, environment, drainMs: 100 }) }
}

/** Makes a session of a text, redacted as a recording is. */
export function imported(text: string, format: ImportFormat): Imported {
  return importSession(text, format, { redactor: createRedactor() })
}

/** Replays a session in strict mode, with a `fetch` that fails when it has to go live. */
export function replaying<T>(
  data: SessionData,
  run: (fetch: Fetch) => Promise<T>,
  options: ReplayOptions = { match: 'strict' },
): Promise<T> {
  const { retake } = createTestRetake()
  const live: Fetch = () => Promise.reject(new Error('It went live.'))
  // As if it had been read from a disk.
  const stored = JSON.parse(JSON.stringify(data)) as SessionData
  return retake.replay(stored, () => run(retakeFetch(live)), options)
}

/** Records what `run` asks of a `fetch` that answers by itself. */
export async function recording(
  answer: (url: string) => Response,
  run: (fetch: Fetch) => Promise<unknown>,
): Promise<SessionData> {
  const { store, retake } = createTestRetake()
  const real: Fetch = async (input) => {
    const { href: url } = new URL(input instanceof Request ? input.url : input)
    // A response that was not sent has none.
    return Object.defineProperty(answer(url), 'url', { value: url })
  }
  const session = await retake.session(async (session) => {
    await run(retakeFetch(real))
    return session
  })
  await session.settled
  const data = await store.load(session.id)
  if (data === undefined) throw new Error('Nothing was recorded.')
  return data
}

/** An answer, as a test compares it. */
export async function told(response: Response): Promise<object> {
  const { status, statusText, headers, redirected, url } = response
  const body = Buffer.from(await response.arrayBuffer()).toString('latin1')
  return { status, statusText, headers: Object.fromEntries(headers), redirected, url, body }
}
