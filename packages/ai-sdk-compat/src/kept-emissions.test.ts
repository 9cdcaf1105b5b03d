import { describe, expect, it, vi } from 'vitest'
import { createRetake, recorded, type Retake, type SessionData } from '@retake/core'
import { parseCassette, serializeCassette } from '@retake/core/cassette-file'
import { createMemoryStore } from '@retake/core/stores/memory'
import { wrapAISDK } from '@retake/ai-sdk'
import { createPick, emittingAgent, emittingStream, type AgentOptions } from './emitting-agent.ts'
import { LINES, MAJORS, type Major } from './majors.ts'

// A stream that its reader has left may stay unread for as long as that.
function openRetake(): Retake {
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  return createRetake({ store: createMemoryStore(), log: false, environment, drainMs: 500 })
}

async function recordIn<T>(retake: Retake, fn: () => Promise<T>) {
  let id = ''
  const result = await retake.session((session) => {
    id = session.id
    return fn()
  })
  return { id, result, data: (await retake.store.load(id)) as SessionData }
}

function optionsOf(major: Major, seed: number): AgentOptions {
  const ai = wrapAISDK(LINES[major].ai)
  const tellings = ['many', 'merges an agent'] as const
  return { ai, major, tellings, depth: 1, pick: createPick(seed), onRun() {} }
}

async function readSome(options: AgentOptions, most: number): Promise<string[]> {
  const reader = emittingStream(options).getReader()
  const chunks: string[] = []
  while (chunks.length < most) {
    const { done, value } = await reader.read()
    if (done) break
    chunks.push(JSON.stringify(value))
  }
  await reader.cancel()
  return chunks
}

describe.each(MAJORS)('what tools wrote to a UI stream, AI SDK %i', (major) => {
  it('is in the committed form of a session', async () => {
    const retake = openRetake()
    const { result, data } = await recordIn(retake, () => emittingAgent(optionsOf(major, 4)))

    const { text, blobs } = serializeCassette(data)
    const read = parseCassette(text, (hash) => blobs.get(hash) as Uint8Array)

    expect(serializeCassette(read).text).toBe(text)
    expect(await retake.replay(read, () => emittingAgent(optionsOf(major, 4)))).toBe(result)
  })

  it('comes as far as it was read, of recordings whose readers left, a hundred at once', async () => {
    const retake = openRetake()
    const programs = Array.from({ length: 100 }, (_, index) => 1 + (index % 25))
    const recordings = await Promise.all(
      programs.map((most, seed) => recordIn(retake, () => readSome(optionsOf(major, seed), most))),
    )

    // Tools go on after their reader has left.
    await vi.waitFor(
      async () => {
        const all = await Promise.all(recordings.map(({ id }) => retake.store.load(id)))
        expect(all.every((data) => (data as SessionData).end !== undefined)).toBe(true)
      },
      { timeout: 60_000, interval: 50 },
    )

    const replays = await Promise.all(
      recordings.map(async ({ id }, seed) => {
        const most = programs[seed] as number
        let chunks: string[] = []
        const run = async () => void (chunks = await readSome(optionsOf(major, seed), most))
        // What goes on without a reader was cut off in the recording: the replay may miss what came then.
        await retake.replay(id, run, { onLeftover: 'ignore' }).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'REPLAY_MISS' })
        })
        return chunks
      }),
    )

    expect(replays).toEqual(recordings.map(({ result }) => result))
  })
})

describe('a replay of emissions that are not on record', () => {
  const sdk = wrapAISDK(LINES[7].ai)

  async function told(): Promise<unknown[]> {
    const stream = sdk.createUIMessageStream({
      async execute({ writer }) {
        await recorded('tool', 'tell', async () => {
          writer.write({ type: 'data-note', data: 'told' })
        })()
      },
    })
    const chunks: unknown[] = []
    for await (const chunk of stream) chunks.push(chunk)
    return chunks
  }

  it.each([
    ['left out', undefined],
    ['of a shape that nothing writes', { value: [[1, 2, 3]] }],
    ['a number', { value: 7 }],
  ])('is not ok when they are %s', async (_what, outcome) => {
    const retake = openRetake()
    const { data } = await recordIn(retake, told)
    const events = data.events.map((event) =>
      event.name === 'emissions' ? { ...event, outcome } : event,
    )
    let id = ''

    const chunks = await retake.replay({ ...data, events }, (session) => {
      id = session.id
      return told()
    })

    const { end } = (await retake.store.load(id)) as SessionData
    expect(chunks).toEqual([])
    expect((end?.report as { status?: string } | undefined)?.status).toContain('muted=1')
  })
})
