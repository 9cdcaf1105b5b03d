import { call } from '@retake/core'
import { Hono, type Context } from 'hono'
import { compress } from 'hono/compress'
import { cors } from 'hono/cors'
import { etag } from 'hono/etag'
import { streamSSE } from 'hono/streaming'
import { once } from 'node:events'
import { request as openRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { retakeMiddleware } from './index.ts'
import { toBody } from './testing/http-app.ts'
import { createRecorder, type Recorder } from './testing/recorder.ts'
import { serve } from './testing/serve.ts'
import { silence } from './testing/silence.ts'

silence(/ReplayMissError/)

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

const UNKNOWN = 'there-is-no-such-session'

interface Served extends Recorder {
  readonly url: string
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>
  /** Records a request, and gives what replays it. */
  readonly record: (path: string) => Promise<{ 'X-Replay': string }>
}

/** Asks the model `?prompts=` and answers in the way that the path names. */
async function open(before: (app: Hono) => unknown = () => {}): Promise<Served> {
  const recorder = createRecorder()
  let runs = 0
  const ask = (prompt: string) =>
    call({ kind: 'llm', name: 'model', request: prompt }, async () => `${prompt} ${++runs}. `)
  const app = new Hono()
  before(app)
  app.use(retakeMiddleware(recorder.retake, { replay: { origins: ['https://app.example'] } }))
  addRoutes(app, ask)
  const { url, close } = await serve(app.fetch)
  closers.push(close)
  const get = (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers })

  async function record(path: string): Promise<{ 'X-Replay': string }> {
    const response = await get(path)
    await response.text()
    return { 'X-Replay': (await recorder.ended(response)).session.id }
  }

  return { ...recorder, url, get, record }
}

type Ask = (prompt: string) => Promise<string>

function addRoutes(app: Hono, ask: Ask): void {
  app.onError((_error, context) => context.json({ answers: 'sorry' }))
  app.get('/json', async (context) => context.json({ answers: await all(context, ask) }))
  app.get('/text', async (context) => context.text((await all(context, ask)).join('')))
  app.get('/swallowed', async (context) =>
    context.json({ answers: await all(context, ask).catch(() => 'sorry') }),
  )
  app.get('/lazy-json', (context) => {
    context.header('Content-Type', 'application/json; charset=utf-8')
    return context.body(toBody(quoted(one(context, ask))))
  })
  app.get('/lazy', (context) => context.body(toBody(one(context, ask))))
  app.get('/measured', (context) =>
    context.body(toBody(one(context, ask)), 200, { 'Content-Length': '5' }),
  )
  app.get('/sse', (context) =>
    streamSSE(context, async (writer) => {
      for await (const data of one(context, ask)) await writer.writeSSE({ data })
    }),
  )
}

function all(context: Context, ask: Ask): Promise<string[]> {
  return Promise.all((context.req.queries('prompt') ?? []).map(ask))
}

async function* one(context: Context, ask: Ask): AsyncGenerator<string> {
  for (const prompt of context.req.queries('prompt') ?? []) yield ask(prompt)
}

async function* quoted(parts: AsyncIterable<string>): AsyncGenerator<string> {
  yield '"'
  yield* parts
  yield '"'
}

describe('the verdict of a replay', () => {
  it.each(['json', 'text', 'lazy-json'])('is final in the head of /%s', async (path) => {
    const { get, record } = await open()
    const replay = await record(`/${path}?prompt=a&prompt=b`)

    const response = await get(`/${path}?prompt=a`, replay)

    expect(response.status).toBe(200)
    expect(response.headers.get('x-replay-status')).toBe('differs, leftover=1')
    expect(response.headers.has('trailer')).toBe(false)
  })

  it.each(['json', 'lazy-json'])('is final in the head of /%s behind hono/cors', async (path) => {
    const { get, record } = await open((app) => app.use(cors()))
    const replay = await record(`/${path}?prompt=a`)

    const response = await get(`/${path}?prompt=a`, replay)

    expect(response.headers.get('x-replay-status')).toBe('ok')
    expect(response.headers.get('access-control-expose-headers')).toBe(
      'X-Session-Id, X-Replay-Of, X-Replay-Status',
    )
  })

  it.each([
    ['lazy', 'prompt=a&prompt=b', 'ok'],
    ['lazy', 'prompt=a', 'differs, leftover=1'],
    ['sse', 'prompt=a&prompt=b', 'ok'],
    ['sse', 'prompt=a', 'differs, leftover=1'],
  ])('comes after the body of /%s?%s: %s', async (path, query, verdict) => {
    const { url, record } = await open()
    const replay = await record(`/${path}?prompt=a&prompt=b`)

    const { headers, trailers } = await exchange(`${url}/${path}?${query}`, replay)

    expect(headers['x-replay-status']).toBe('pending')
    expect(headers.trailer).toBe('X-Replay-Status')
    expect(trailers['x-replay-status']).toBe(verdict)
  })

  it('does not come after a body whose length is known', async () => {
    const { url, record } = await open()
    const replay = await record('/measured?prompt=a')

    const { headers, trailers, statusCode } = await exchange(`${url}/measured?prompt=a`, replay)

    expect([statusCode, headers['content-length'], headers['x-replay-status']]).toEqual([
      200,
      '5',
      'pending',
    ])
    expect([headers.trailer, trailers]).toEqual([undefined, {}])
  })

  it('is not announced where nothing is replayed', async () => {
    const { url } = await open()

    const { headers, trailers } = await exchange(`${url}/lazy?prompt=a`, {})

    expect([headers.trailer, headers['x-replay-status'], trailers]).toEqual([
      undefined,
      undefined,
      {},
    ])
  })

  it('comes after a body that ends at once', async () => {
    const { url, record } = await open()
    const replay = await record('/lazy')

    const { headers, trailers, statusCode } = await exchange(`${url}/lazy`, replay)

    expect(statusCode).toBe(200)
    expect(headers['content-length']).toBeUndefined()
    expect(trailers['x-replay-status']).toBe('ok')
  })

  it.each([
    ['compress', compress()],
    ['etag', etag()],
  ])('comes through %s', async (_name, middleware) => {
    const { url, record } = await open((app) => app.use(middleware))
    const replay = await record('/lazy?prompt=a')

    const response = await exchange(`${url}/lazy?prompt=a`, {
      ...replay,
      'accept-encoding': 'gzip',
    })

    expect(response.statusCode).toBe(200)
    expect(response.trailers['x-replay-status']).toBe('ok')
  })

  it('has no trailer for clients of HTTP/1.0', async () => {
    const { url, record, ended } = await open()
    const replay = await record('/lazy?prompt=a')

    const answer = await exchangeRaw(url, [
      'GET /lazy?prompt=a HTTP/1.0',
      'Host: localhost',
      `X-Replay: ${replay['X-Replay']}`,
    ])

    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(answer).toMatch(/x-replay-status: pending\r\n/i)
    expect(answer).not.toMatch(/trailer|chunked/i)
    expect(answer).toMatch(/\r\n\r\na 1\. $/)
    const id = /x-session-id: (\S+)/i.exec(answer)?.[1] ?? ''
    await ended({ headers: new Headers({ 'x-session-id': id }) })
  })

  it('is told to HEAD as of now', async () => {
    const { url, record } = await open()
    const replay = await record('/json?prompt=a')

    const response = await fetch(`${url}/json?prompt=a`, { method: 'HEAD', headers: replay })

    expect(response.headers.get('x-replay-status')).toBe('ok')
  })
})

describe('a replay that has failed', () => {
  it.each(['json', 'swallowed', 'lazy-json', 'text'])(
    'is not what /%s made of it',
    async (path) => {
      const { get, record, ended } = await open()
      const replay = await record(`/${path}?prompt=a`)

      const response = await get(`/${path}?prompt=something%20quite%20different`, replay)

      expect(response.status).toBe(409)
      expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
      expect(response.headers.get('x-replay-status')).toMatch(/^miss=1/)
      expect(await response.json()).toMatchObject({
        code: 'REPLAY_MISS',
        kind: 'llm',
        name: 'model',
      })
      expect((await ended(response)).end).toMatchObject({ endState: 'failure' })
    },
  )

  it('can be read by a page of another origin', async () => {
    const { get, record } = await open((app) => app.use(cors({ origin: 'https://app.example' })))
    const replay = await record('/json?prompt=a')

    const { status, headers } = await get('/json?prompt=something%20quite%20different', {
      ...replay,
      origin: 'https://app.example',
    })

    expect(status).toBe(409)
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(headers.get('access-control-expose-headers')).toMatch(/X-Replay-Status/)
    expect(headers.get('vary')).toMatch(/Origin/)
  })

  it('breaks off a body that was under way', async () => {
    const { url, record, ended } = await open()
    const replay = await record('/lazy?prompt=a')

    const response = await fetch(`${url}/lazy?prompt=a&prompt=something%20quite%20different`, {
      headers: replay,
    })

    await expect(response.text()).rejects.toThrow()
    expect((await ended(response)).end).toMatchObject({ endState: 'failure' })
  })
})

describe('a request that never leaves the process', () => {
  it('may replay', async () => {
    const { retake, ended } = createRecorder()
    const app = new Hono()
      .use(retakeMiddleware(retake))
      .get('/', async (context) =>
        context.json(
          await call({ kind: 'llm', name: 'model', request: 1 }, async () => crypto.randomUUID()),
        ),
      )
    const recorded = await app.request('/')
    const { session } = await ended(recorded)

    const replayed = await app.request('/', { headers: { 'X-Replay': session.id } })

    expect(await replayed.text()).toBe(await recorded.text())
    expect(replayed.headers.get('x-replay-status')).toBe('ok')
  })

  it('joins the session that it is made in', async () => {
    const { retake } = createRecorder()
    const app = new Hono().use(retakeMiddleware(retake)).get('/', async (context) => {
      await call({ kind: 'tool', name: 'search', request: {} }, async () => 'found')
      return context.text('text')
    })

    const id = await retake.session(async (session) => {
      expect((await app.request('/')).headers.has('x-session-id')).toBe(false)
      return session.id
    })

    expect((await retake.store.load(id))?.events.map(({ name }) => name)).toEqual(['search'])
    expect(await retake.store.list()).toHaveLength(1)
  })
})

describe('a hostile header', () => {
  it.each([
    ['twice', ['X-Replay: session-1234', 'X-Replay: session-5678']],
    ['with a list', ['X-Replay: session-1234,session-5678']],
    ['in UTF-8', ['X-Replay: séssion-1234-ünd']],
    ['with a tab', ['X-Replay: session-1234\tsession']],
    ['with markup', ['X-Replay: <script>alert(1)</script>']],
    ['with a path', ['X-Replay: ../../../../etc/passwd']],
    ['with escapes', ['X-Replay: %0d%0aX-Injected:%20yes']],
    ['of 10 000 characters', [`X-Replay: ${'x'.repeat(10_000)}`]],
  ])('%s is refused, and nothing of it comes back', async (_name, headers) => {
    const { url, retake } = await open()

    const answer = await exchangeRaw(url, [
      'GET /json?prompt=a HTTP/1.1',
      'Host: localhost',
      ...headers,
    ])

    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toMatch(/REPLAY_HEADER_INVALID/)
    expect(answer).not.toMatch(/1234|5678|script|passwd|injected|xxxx|séssion|sÃ©ssion/i)
    expect(await retake.store.list()).toEqual([])
  })

  it.each([['\r'], ['\n'], ['\0'], ['\r\n folded: ']])(
    'with %j does not reach the app',
    async (lineBreak) => {
      const { url, retake } = await open()

      const answer = await exchangeRaw(url, [
        'GET /json?prompt=a HTTP/1.1',
        'Host: localhost',
        `X-Replay: session-1234${lineBreak}X-Injected: yes`,
      ])

      expect(answer).toMatch(/^HTTP\/1\.1 400 /)
      expect(answer).not.toMatch(/injected/i)
      expect(await retake.store.list()).toEqual([])
    },
  )

  it('makes no difference where replay is not enabled', async () => {
    const { retake, ended } = createRecorder({ environment: {} })
    const app = new Hono().use(retakeMiddleware(retake)).get('/', (context) => context.text('text'))
    const { url, close } = await serve(app.fetch)
    closers.push(close)

    for (const value of [UNKNOWN, '<script>', 'x'.repeat(10_000)]) {
      const response = await fetch(url, { headers: { 'X-Replay': value } })

      expect([response.status, await response.text()]).toEqual([200, 'text'])
      expect((await ended(response)).session.replayOf).toBeUndefined()
    }
  })
})

async function exchange(url: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const sent = openRequest(url, { headers }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  await text(response)
  return response
}

async function exchangeRaw(url: string, lines: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write([...lines, 'Connection: close', '', ''].join('\r\n'), 'utf8')
  return text(socket)
}
