import { serve } from '@hono/node-server'
import express from 'express'
import { Hono } from 'hono'
import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createRetake, recorded, type Retake, type SessionData } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { wrapAISDK } from '@retake/ai-sdk'
import { retakeMiddleware as recordExpress } from '@retake/express'
import { retakeMiddleware as recordHono } from '@retake/hono'
import {
  createPick,
  emittingAgent,
  emittingStream,
  TELLINGS,
  type AgentOptions,
  type Telling,
} from './emitting-agent.ts'
import type { Sdk } from './line.ts'
import { LINES, MAJORS, type Major } from './majors.ts'

// `RETAKE_TEST_PROGRAMS=400` for more of them.
const PROGRAMS = Number(process.env.RETAKE_TEST_PROGRAMS ?? 15)

interface Program {
  readonly seed: number
  readonly depth: number
  readonly tellings: readonly Telling[]
}

function randomProgram(seed: number): Program {
  const pick = createPick(seed)
  const tellings = Array.from(
    { length: 1 + pick(4) },
    () => TELLINGS[pick(TELLINGS.length)] as Telling,
  )
  return { seed, depth: 1, tellings }
}

function createRecorder(major: Major) {
  const ai = wrapAISDK(LINES[major].ai)
  const retake = openRetake()
  let ran = 0
  const run = ({ seed, ...program }: Program) =>
    emittingAgent({ ai, major, ...program, pick: createPick(seed), onRun: () => void ran++ })

  async function record(program: Program) {
    let id = ''
    const sent = await retake.session(async (session) => {
      id = session.id
      const text = await run(program)
      // Tools may go on after the answer.
      await pause(15)
      return text
    })
    return { id, sent, program }
  }

  async function replay({ id, program }: { readonly id: string; readonly program: Program }) {
    const before = ran
    const sent = await retake.replay(id, () => run(program))
    return { sent, ran: ran - before }
  }

  return { record, replay }
}

function openRetake(): Retake {
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  return createRetake({ store: createMemoryStore(), log: false, environment })
}

async function recordIn<T>(retake: Retake, fn: () => Promise<T>) {
  let id = ''
  const result = await retake.session((session) => {
    id = session.id
    return fn()
  })
  return { id, result }
}

type Serve = (app: Served) => Promise<{ readonly url: string; readonly server: Server }>

interface Served {
  readonly retake: Retake
  readonly ai: Sdk
  readonly options: () => AgentOptions
}

const SERVERS: Readonly<Record<string, Serve>> = {
  async Express({ retake, ai, options }) {
    const app = express()
    app.use(recordExpress(retake))
    app.get('/', (_request, response) => {
      void ai.pipeUIMessageStreamToResponse({ stream: emittingStream(options()), response })
    })
    return listening(app.listen(0, '127.0.0.1'))
  },
  async Hono({ retake, ai, options }) {
    const app = new Hono()
    app.use(recordHono(retake))
    app.get('/', () => ai.createUIMessageStreamResponse({ stream: emittingStream(options()) }))
    return listening(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }))
  },
}

async function listening(server: Server): ReturnType<Serve> {
  await once(server, 'listening')
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

describe.each(MAJORS)('what tools write to a UI stream, AI SDK %i', (major) => {
  const cases = TELLINGS.flatMap((telling) => [0, 1, 2].map((depth) => ({ telling, depth })))

  it.each(cases)('comes again, $telling, agents $depth deep', async ({ telling, depth }) => {
    const { record, replay } = createRecorder(major)
    const recording = await record({ seed: 7, depth, tellings: [telling, telling] })

    expect(await replay(recording)).toEqual({ sent: recording.sent, ran: 0 })
  })

  it(`comes again in ${PROGRAMS} generated agents`, async () => {
    const { record, replay } = createRecorder(major)
    for (let seed = 1; seed <= PROGRAMS; seed++) {
      const recording = await record(randomProgram(seed))

      expect(await replay(recording), `seed ${seed}`).toEqual({ sent: recording.sent, ran: 0 })
    }
  })

  it('comes again in many replays at once', async () => {
    const { record, replay } = createRecorder(major)
    const recording = await record({ seed: 3, depth: 1, tellings: ['many', 'merges an agent'] })

    const replays = await Promise.all(Array.from({ length: 100 }, () => replay(recording)))

    expect(new Set(replays.map(({ sent }) => sent))).toEqual(new Set([recording.sent]))
  })
  it.each(Object.keys(SERVERS))('comes again behind %s, a hundred times at once', async (name) => {
    const ai = wrapAISDK(LINES[major].ai)
    const retake = openRetake()
    let ran = 0
    const tellings: readonly Telling[] = ['between waits', 'merges an agent', 'as a generator']
    const options = (): AgentOptions => {
      return { ai, major, tellings, depth: 1, pick: createPick(5), onRun: () => void ran++ }
    }
    const { url, server } = await (SERVERS[name] as Serve)({ retake, ai, options })
    try {
      const live = await fetch(url)
      const sent = await live.text()
      const id = live.headers.get('x-session-id') ?? ''
      const before = ran

      const replays = await Promise.all(
        Array.from({ length: 100 }, async () => {
          const response = await fetch(url, { headers: { 'X-Replay': id } })
          return response.text()
        }),
      )

      expect(new Set(replays)).toEqual(new Set([sent]))
      expect(ran).toBe(before)
    } finally {
      server.close()
    }
  })

  it('comes as far as it is read, when its reader leaves', async () => {
    const ai = wrapAISDK(LINES[major].ai)
    const retake = openRetake()
    const tellings: readonly Telling[] = ['many', 'merges an agent']
    const options = (): AgentOptions => {
      return { ai, major, tellings, depth: 0, pick: createPick(5), onRun: () => {} }
    }
    const read = async (most: number) => {
      const chunks: unknown[] = []
      const reader = emittingStream(options()).getReader()
      while (chunks.length < most) {
        const { done, value } = await reader.read()
        if (done) break
        chunks.push(value)
      }
      await reader.cancel()
      return chunks
    }
    const { id, result: all } = await recordIn(retake, () => read(Number.POSITIVE_INFINITY))

    const parts = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        retake.replay(id, () => read(1 + (index % 25)), { onLeftover: 'ignore' }),
      ),
    )

    for (const [index, chunks] of parts.entries()) {
      expect(chunks).toEqual(all.slice(0, 1 + (index % 25)))
    }
  })
})

describe('a replay whose code was changed', () => {
  const sdk = wrapAISDK(LINES[7].ai)

  async function told(names: readonly string[], when = 'then'): Promise<unknown[]> {
    const stream = sdk.createUIMessageStream({
      async execute({ writer }) {
        const tell = (text: string) => writer.write({ type: 'data-note', data: text })
        for (const name of names) {
          await recorded('tool', name, async () => {
            tell(`${when} ${name}`)
            return name
          })()
          tell(`after ${name}`)
        }
      },
    })
    const chunks: unknown[] = []
    for await (const chunk of stream) chunks.push((chunk as { data?: unknown }).data)
    return chunks
  }

  it('goes on without what a call that is not made any more has written', async () => {
    const retake = openRetake()
    const { id } = await recordIn(retake, () => told(['a', 'b']))

    const replayed = await retake.replay(id, () => told(['b']), {
      onLeftover: 'ignore',
      stallMs: 5,
    })

    // In which order is not known any more.
    expect(new Set(replayed)).toEqual(new Set(['then b', 'after b']))
  })

  it('writes what tools that run for real write now', async () => {
    const retake = openRetake()
    const { id } = await recordIn(retake, () => told(['a', 'b']))

    const replayed = await retake.replay(id, () => told(['a', 'b'], 'now'), {
      tools: { a: 'live' },
    })

    expect(replayed).toEqual(['now a', 'after a', 'then b', 'after b'])
  })

  it('has nothing to write again of a session that was recorded without', async () => {
    const retake = openRetake()
    const { id } = await recordIn(retake, () => told(['a']))
    const data = (await retake.store.load(id)) as SessionData
    const events = data.events.filter(({ name }) => name !== 'emissions')

    const replayed = await retake.replay({ ...data, events }, () => told(['a']))

    expect(events.length).toBe(data.events.length - 1)
    expect(replayed).toEqual(['after a'])
  })

  it('keeps secrets out of what it has written', async () => {
    const retake = openRetake()
    const key = ['sk-proj-Ab1', 'x9'.repeat(12)].join('')
    const { id } = await recordIn(retake, () => told([`a`], key))

    expect(JSON.stringify(await retake.store.load(id))).not.toContain(key)
    expect(await retake.replay(id, () => told(['a']))).toEqual(['«secret:1» a', 'after a'])
  })
})
