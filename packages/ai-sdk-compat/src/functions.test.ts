import { retakeTelemetry } from '@retake/ai-sdk'
import { createRetake, isRetakeError, type SessionData } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { callsOf } from '@retake/testing'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BY_SOCKET, CALLS, MADE_OF_IT, OTHERS, type Call } from './functions.ts'
import { LINES, MAJORS, type Major } from './majors.ts'
import { BARE, FUNCTIONS, STAND_INS, type Route } from './routes.ts'

// A provider that refuses whatever it is asked, in a way that nobody tries again.
let requests = 0
const server = createServer((request, response) => {
  requests++
  request.resume().on('end', () => {
    response.writeHead(404, { 'content-type': 'application/json' })
    response.end('{"error":{"message":"There is no such thing.","type":"not_found","code":null}}')
  })
})
let url = ''

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

interface Way {
  readonly name: string
  readonly route: Route
  readonly hasTelemetry: boolean
  readonly majors: readonly Major[]
}

// What is registered with Node calls `wrapAISDK` for whoever imports the SDK.
const WAYS: readonly Way[] = [
  { name: 'telemetry alone', route: BARE, hasTelemetry: true, majors: [6, 7] },
  { name: STAND_INS.name, route: STAND_INS, hasTelemetry: false, majors: MAJORS },
  { name: 'wrapAISDK', route: FUNCTIONS, hasTelemetry: false, majors: MAJORS },
]

const exportsOf = (major: Major) =>
  Object.entries(LINES[major].ai)
    .filter(([, value]) => typeof value === 'function')
    .map(([name]) => name)

const CASES = WAYS.flatMap((way) =>
  way.majors.flatMap((major) =>
    exportsOf(major)
      .filter((name) => name in CALLS)
      .map((name) => ({ title: `${name} of ${major}, by ${way.name}`, name, major, way })),
  ),
)

const telemetry = retakeTelemetry()

async function rehearse(ask: (typeof CALLS)[string], major: Major, { route, hasTelemetry }: Way) {
  const globals = globalThis as { AI_SDK_TELEMETRY_INTEGRATIONS?: unknown }
  globals.AI_SDK_TELEMETRY_INTEGRATIONS = hasTelemetry ? [telemetry] : []
  const line = LINES[major]
  const provider = line.createOpenAI({ baseURL: url, apiKey: 'none' })
  const openai = route.provider(provider)
  const call = { ai: route.ai(line.ai), openai, url, model: route.model }
  const logged: string[] = []
  const store = createMemoryStore()
  const log = (text: string) => void logged.push(text)
  const retake = createRetake({ store, log, environment: { RETAKE_REPLAY_ENABLED: '1' } })
  const run = () => ask(call).catch((error: Error) => error.name)

  const id = await retake.session(async (session) => {
    await run()
    return session.id
  })
  const asked = requests
  const recording = JSON.parse(JSON.stringify((await store.load(id)) ?? null)) as SessionData | null
  requests = 0
  // Where nothing was recorded there is nothing to replay but an empty session.
  const replayed: unknown = await retake
    .replay(recording ?? (await emptySession()), run)
    .catch((error: unknown) => error)
  const isRefused = isRetakeError(replayed) && replayed.code === 'REPLAY_ESCAPE'
  const calls = recording ? callsOf(recording).length : 0
  const result = { asked: asked > 0, calls, isRefused, requests, logged }
  requests = 0
  return result
}

async function emptySession(): Promise<SessionData> {
  const store = createMemoryStore()
  const retake = createRetake({ store, log: false, keepEmpty: true })
  const id = await retake.session(async (session) => session.id)
  return (await store.load(id))!
}

describe('a function that asks a provider', () => {
  it.each(CASES)('never goes live in a replay: $title', async ({ name, major, way }) => {
    const {
      asked,
      calls,
      isRefused,
      requests: live,
      logged,
    } = await rehearse(CALLS[name]!, major, way)

    // It has to have come as far as its provider, or this would prove nothing.
    expect({ asked, live }).toEqual({ asked: true, live: 0 })
    // It was served, or else refused: and then it was warned of.
    expect(isRefused).toBe(calls === 0)
    expect(logged.some((line) => /is not recorded|does not come through/.test(line))).toBe(
      isRefused,
    )
  })

  it('never goes live by telemetry alone, in whichever form its model asks', async () => {
    const way = WAYS[0]!
    const ask: (typeof CALLS)[string] = async ({ ai, url: at }) => {
      const model = {
        specificationVersion: 'v4',
        provider: 'acme.video',
        modelId: 'reel-1',
        maxVideosPerCall: 1,
        doGenerate: async () => {
          await Promise.resolve()
          await fetch(`${at}/reels`)
          throw new Error('There is no reel.')
        },
      }
      return ai.experimental_generateVideo({ model: model as never, prompt: 'Sun' })
    }

    expect(await rehearse(ask, 7, way)).toMatchObject({ asked: true, isRefused: true, requests: 0 })
  })

  it.each(MAJORS)('is known, with all else that major %s exports', (major) => {
    const isKnown = (name: string) =>
      name in CALLS || BY_SOCKET.includes(name) || OTHERS.has(name) || name.endsWith('Error')

    expect(exportsOf(major).filter((name) => !isKnown(name))).toEqual([])
  })
})

const MADE = MAJORS.flatMap((major) =>
  Object.entries(MADE_OF_IT).map(([name, make]) => ({ title: `${name} of ${major}`, major, make })),
)

describe('what the SDK makes of a wrapped model or provider', () => {
  const way = { ...WAYS[1]!, hasTelemetry: false }

  it.each(MADE)('is recorded and served: $title', async ({ major, make }) => {
    const generate = (call: Call) =>
      call.ai.generateText({ model: make(call) as never, prompt: 'Sun' })
    const stream = async (call: Call) =>
      call.ai.streamText({ model: make(call) as never, prompt: 'Sun', onError() {} }).text
    const agent = async (call: Call) =>
      new call.ai.Experimental_Agent({ model: make(call) as never }).generate({ prompt: 'Sun' })

    for (const ask of [generate, stream, agent]) {
      const { logged, ...outcome } = await rehearse(ask, major, way)
      expect(outcome).toEqual({ asked: true, calls: 1, isRefused: false, requests: 0 })
      expect(logged.filter((line) => /is not recorded|does not come through/.test(line))).toEqual(
        [],
      )
    }
  })
})
