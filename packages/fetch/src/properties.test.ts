import { createRetake, type SessionData } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { retakeFetch } from './index.ts'

const URL_OF_API = 'http://api.test/v1'

function createTestRetake() {
  const store = createMemoryStore()
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  return { store, retake: createRetake({ store, log: false, environment, drainMs: 100 }) }
}

/** Records `run` with a `fetch` that answers by itself, since a network cuts where it pleases; then replays it. */
async function rehearse<T>(
  answer: () => Response,
  run: (fetch: typeof globalThis.fetch) => Promise<T>,
  again: (fetch: typeof globalThis.fetch) => Promise<T> = run,
): Promise<{ readonly live: T; readonly replayed: T }> {
  const { store, retake } = createTestRetake()
  let asked = 0
  const fetch = retakeFetch(async () => {
    asked++
    return answer()
  })
  const { live, session } = await retake.session(async (session) => ({
    session,
    live: await run(fetch),
  }))
  await session.settled
  const recording = JSON.parse(JSON.stringify(await store.load(session.id))) as SessionData
  const replayed = await retake.replay(recording, () => again(fetch))
  expect(asked).toBe(1)
  return { live, replayed }
}

function cut(bytes: Uint8Array, sizes: readonly number[]): readonly Uint8Array[] {
  const chunks: Uint8Array[] = []
  let start = 0
  for (const size of sizes) {
    if (start >= bytes.length) break
    chunks.push(bytes.slice(start, start + size))
    start += size
  }
  if (start < bytes.length) chunks.push(bytes.slice(start))
  return chunks
}

function respond(chunks: readonly Uint8Array[], type: string): Response {
  let next = 0
  const body = new ReadableStream({
    type: 'bytes',
    pull(controller) {
      const chunk = chunks[next++]
      if (chunk) controller.enqueue(chunk.slice())
      else controller.close()
    },
  })
  return new Response(body, { headers: { 'content-type': type } })
}

async function readChunks({ body }: Response, most = Number.POSITIVE_INFINITY): Promise<string[]> {
  const chunks: string[] = []
  for await (const chunk of body ?? []) {
    chunks.push(Buffer.from(chunk as Uint8Array).toString('hex'))
    if (chunks.length === most) break
  }
  return chunks
}

const EVENTS = fc.array(
  fc.record({
    text: fc.string({ unit: 'binary' }),
    end: fc.constantFrom('\n\n', '\r\n\r\n', '\r\r'),
  }),
  { minLength: 1, maxLength: 8 },
)
const SIZES = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 60 })

function bytesOf(events: readonly { readonly text: string; readonly end: string }[]): Uint8Array {
  const text = events.map(({ text, end }) => `data: ${JSON.stringify(text)}${end}`).join('')
  return new TextEncoder().encode(text)
}

describe('the body of an answer', () => {
  it('has its bytes and its chunks again, wherever the network cut it', async () => {
    const rule = fc.asyncProperty(EVENTS, SIZES, async (events, sizes) => {
      const chunks = cut(bytesOf(events), sizes)

      const { live, replayed } = await rehearse(
        () => respond(chunks, 'text/event-stream'),
        async (fetch) => readChunks(await fetch(URL_OF_API)),
      )

      expect(live).toEqual(chunks.map((chunk) => Buffer.from(chunk).toString('hex')))
      expect(replayed).toEqual(live)
    })
    await fc.assert(rule, { seed: 43, numRuns: 150 })
  })

  it('has them again where it is no text, whatever it says', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 })
    const type = fc.constantFrom('text/event-stream', 'text/plain', 'audio/mpeg', '')
    const rule = fc.asyncProperty(bytes, SIZES, type, async (content, sizes, contentType) => {
      const chunks = cut(content, sizes)

      const { live, replayed } = await rehearse(
        () => respond(chunks, contentType),
        async (fetch) => readChunks(await fetch(URL_OF_API)),
      )

      expect(live).toEqual(chunks.map((chunk) => Buffer.from(chunk).toString('hex')))
      expect(replayed).toEqual(live)
    })
    await fc.assert(rule, { seed: 43, numRuns: 150 })
  })

  it('is served as far as it was read, and no further', async () => {
    const rule = fc.asyncProperty(
      EVENTS,
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 8 }),
      async (events, recorded, wanted) => {
        const chunks = cut(bytesOf(events), [5, 5, 5, 5, 5, 5, 5, 5])
        const read = (most: number) => async (fetch: typeof globalThis.fetch) => {
          try {
            return await readChunks(await fetch(URL_OF_API), most)
          } catch (error) {
            return [(error as { code?: string }).code ?? 'none']
          }
        }

        const outcome = rehearse(
          () => respond(chunks, 'text/event-stream'),
          read(recorded),
          read(wanted),
        )

        const isBeyond = recorded < chunks.length && wanted > recorded
        if (isBeyond) {
          await expect(outcome).rejects.toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
          return
        }
        const hex = chunks.map((chunk) => Buffer.from(chunk).toString('hex'))
        expect((await outcome).replayed).toEqual(hex.slice(0, wanted))
      },
    )
    await fc.assert(rule, { seed: 43, numRuns: 40 })
  })
})
