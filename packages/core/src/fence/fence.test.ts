import { once } from 'node:events'
import { get, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:http2'
import { createServer, type AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRetake, type FenceOptions } from '../index.ts'
import type { ReplayOptions } from '../session/replay-options.ts'
import { createMemoryStore } from '../stores/memory.ts'

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok'

let received = ''
let url = ''
const server = createServer((socket) => {
  socket.on('error', () => {})
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1')
    socket.end(ANSWER)
  })
})

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => void server.close())

beforeEach(() => {
  received = ''
})

type Ask = (path?: string, headers?: Record<string, string>) => Promise<unknown>

const byFetch: Ask = async (path = '/', headers = {}) =>
  (await fetch(url + path, { method: 'POST', headers, body: '{"secret":"of the app"}' })).text()

const byHttp: Ask = async (path = '/') => {
  const [response] = (await once(get(url + path), 'response')) as [IncomingMessage]
  await once(response.resume(), 'end')
}

const byHttpWithBody: Ask = async (path = '/') => {
  const request = httpRequest(url + path, { method: 'POST' }).end('secret of the app')
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  await once(response.resume(), 'end')
}

const byHttp2: Ask = async (path = '/') => {
  const session = connect(url).on('error', () => {})
  const stream = session.request({ ':method': 'POST', ':path': path })
  stream.end('secret of the app')
  try {
    await once(stream, 'response')
  } finally {
    session.destroy()
  }
}

const byWebSocket: Ask = async (path = '/') => {
  const socket = new WebSocket(url.replace('http', 'ws') + path)
  const closed = await new Promise((resolve) => {
    socket.addEventListener('error', resolve)
    socket.addEventListener('close', resolve)
  })
  throw closed as Error
}

const WAYS = Object.entries({ byFetch, byHttp, byHttpWithBody, byHttp2, byWebSocket })

function createLab(fence?: FenceOptions | false) {
  const logged: string[] = []
  const retake = createRetake({
    store: createMemoryStore(),
    log: (text) => void logged.push(text),
    environment: { RETAKE_REPLAY_ENABLED: '1' },
    ...(fence === undefined ? {} : { fence }),
  })
  const note = retake.recorded('tool', 'note', async () => 'noted')

  /** Records `run`, forgets what was received, and replays it. */
  async function rehearse(run: () => Promise<unknown>, options?: ReplayOptions) {
    const body = async () => {
      await note()
      return run()
    }
    let id = ''
    await retake.session((session) => {
      id = session.id
      return body().catch(() => 'swallowed')
    })
    await nextTurn()
    received = ''
    return retake
      .replay(id, () => body().catch(() => 'swallowed'), options)
      .catch((error: unknown) => error)
  }

  return { retake, logged, rehearse }
}

describe('a replay', () => {
  it.each(WAYS)('refuses a request, before it is sent: %s', async (_way, ask) => {
    const { rehearse } = createLab({ loopback: false })

    const refused = await rehearse(() => ask())
    await fetch(url)

    expect(refused).toMatchObject({
      code: 'REPLAY_ESCAPE',
      message: expect.stringContaining(
        `A request to ${url} does not come through a recorder`,
      ) as string,
    })
    expect(received).not.toMatch(/secret|realtime|POST/)
  })

  it.each([
    ['/v1/chat/completions', {}],
    ['/v1/responses', {}],
    ['/openai/deployments/gpt/embeddings', { 'x-stainless-lang': 'js' }],
    ['/v1beta/models/gemini-2.5:streamGenerateContent?alt=sse', {}],
    ['/v1/images/generations', {}],
    ['/v1/audio/speech', {}],
    ['/anything', { 'anthropic-version': '2023-06-01' }],
    ['/anything', { 'user-agent': 'ai-sdk/openai/4.0.1 ai-sdk/provider-utils/5.0.0' }],
    [
      '/anything',
      { 'user-agent': 'ai-sdk-openai/4.0.118 ai-sdk-provider-utils/5.0.81 node.js/26' },
    ],
    ['/anything', { 'user-agent': 'OpenAI/JS 7.1.0' }],
  ])('refuses what goes to a model on this machine: %s %o', async (path, headers) => {
    const { rehearse } = createLab()

    expect(await rehearse(() => byFetch(path, headers))).toMatchObject({ code: 'REPLAY_ESCAPE' })
    expect(received).toBe('')
  })

  it('sends what else goes to this machine', async () => {
    const { rehearse, logged } = createLab()

    expect(await rehearse(() => byFetch('/messages'))).toBe('ok')
    expect(logged).toEqual([])
  })

  it.each([
    ['an origin', () => [url]],
    ['a path', () => [`${url}/v1/chat`]],
    ['any text in a host', () => [url.replace('127', '*')]],
    ['an expression', () => [/127\.0\.0\.1/g]],
    [
      'a function',
      () => [({ url: asked }: { url: URL }) => asked.pathname.endsWith('/completions')],
    ],
  ])('sends what the fence allows by %s', async (_how, allow) => {
    const { rehearse } = createLab({ loopback: false, allow: allow() })

    expect(await rehearse(() => byFetch('/v1/chat/completions'))).toBe('ok')
    expect(await rehearse(() => byFetch('/v1/chat/completions'))).toBe('ok')
  })

  it('sends all of it without a fence', async () => {
    const { rehearse, logged } = createLab(false)

    expect(await rehearse(() => byFetch('/v1/chat/completions'))).toBe('ok')
    expect(logged).toEqual([])
  })

  it('that makes calls for real sends it, and says so', async () => {
    const { rehearse, logged } = createLab({ loopback: false })

    expect(await rehearse(() => byFetch(), { onMiss: 'live' })).toBe('ok')
    expect(logged.filter((text) => text.includes('does not come through'))).toHaveLength(1)
  })

  it('lets the exporters of other tools send what they have', async () => {
    const { rehearse, logged } = createLab({ loopback: false })

    const answer = await rehearse(() =>
      byFetch('/otel/v1/traces', { 'content-type': 'application/x-protobuf' }),
    )

    expect(answer).toBe('ok')
    expect(logged).toEqual([])
  })
})

describe('a session that is recorded', () => {
  it.each(WAYS)('warns once per origin: %s', async (_way, ask) => {
    const { retake, logged } = createLab({ loopback: false })

    await retake.session(async () => {
      await ask().catch(() => {})
      await ask().catch(() => {})
    })

    expect(logged).toHaveLength(1)
    expect(logged[0]).toContain(`${url} does not come through a recorder`)
  })

  it('warns of nothing that a recorded call does by itself', async () => {
    const { retake, logged } = createLab({ loopback: false })
    const ask = retake.recorded('tool', 'ask', () => byFetch())

    expect(await retake.session(() => ask())).toBe('ok')
    expect(logged).toEqual([])
  })
})

it('names the pattern that is none', () => {
  expect(() => createRetake({ fence: { allow: ['localhost:3000'] } })).toThrow(
    'fence.allow[0] must be an origin such as',
  )
  expect(() => createRetake({ fence: { allow: 'http://localhost' as never } })).toThrow(
    'fence.allow must be a list',
  )
})
