import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, expect, it } from 'vitest'
import { type RetakeOptions, createRetake, currentSession, type Retake, call } from '@retake/core'
import type { SessionData } from '@retake/format'
import { createMemoryStore } from '@retake/store'
import { testHttpAdapter } from './http-adapter.ts'
import type { HttpApp, HttpRoute } from './http-app.ts'
import { withScope, type WithScopeOptions } from '@retake/http'
import type { HttpServer } from './http-suite.ts'

type Handler = (request: Request) => Response | Promise<Response>

const peers = new WeakMap<Request, string | undefined>()

testHttpAdapter(
  'withScope',
  (app, retake, options) => {
    let handler: Handler = buildHandler(app)
    for (let mounted = 0; mounted < (app.mounts ?? 1); mounted++) {
      handler = withScope(handler, { ...options, retake, peer: (request) => peers.get(request) })
    }
    return serve(handler)
  },
  { describe, it },
)

/** Serves a web-standard handler with the server of Node. */
async function serve(handler: Handler): Promise<HttpServer> {
  const server = createServer((incoming, outgoing) => void bridge(handler, incoming, outgoing))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function bridge(
  handler: Handler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const request = toRequest(incoming, outgoing)
  peers.set(request, incoming.socket.remoteAddress)
  const { status, headers, body } = await answerOf(handler, request)
  outgoing.writeHead(status, [...headers].flat())
  if (body === null) outgoing.end()
  // A client that goes, or a body that fails, breaks the connection.
  else await pipeline(body, outgoing).catch(() => {})
}

// What a handler throws is answered by its server.
async function answerOf(handler: Handler, request: Request): Promise<Response> {
  try {
    return await handler(request)
  } catch {
    return new Response(null, { status: 500 })
  }
}

function toRequest(incoming: IncomingMessage, outgoing: ServerResponse): Request {
  const { method = 'GET', url = '/', headers } = incoming
  const controller = new AbortController()
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) controller.abort()
  })
  return new Request(`http://${headers.host}${url}`, {
    method,
    headers: headers as Record<string, string>,
    signal: controller.signal,
    ...(method === 'GET' ? {} : { body: Readable.toWeb(incoming), duplex: 'half' }),
  } as RequestInit)
}

function buildHandler({ routes }: HttpApp): Handler {
  return async (request) => {
    const { pathname } = new URL(request.url)
    const route = routes.find(({ method, path }) => method === request.method && path === pathname)
    if (route === undefined) return Response.json({ error: 'not found' }, { status: 404 })
    return answer(request, route).catch(
      (error: Error) => new Response(error.message, { status: 500 }),
    )
  }
}

async function answer(request: Request, route: HttpRoute): Promise<Response> {
  const { headers } = route
  if (route.kind === 'redirect')
    return new Response(null, { status: 302, headers: { location: route.location } })
  if (route.kind !== 'json') return new Response(toBody(route.handle(request)), { headers })
  return Response.json(await route.handle(request), { status: route.status ?? 200, headers })
}

function toBody(parts: AsyncIterable<string>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = parts[Symbol.asyncIterator]()
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await iterator.next()
        if (done) controller.close()
        else controller.enqueue(new TextEncoder().encode(value))
      },
      cancel: async () => void (await iterator.return?.()),
    },
    { highWaterMark: 0 },
  )
}

interface Fixture {
  readonly retake: Retake
  /** Resolves with the session that a response names, when it has settled. */
  readonly stored: (response: Response) => Promise<SessionData>
  /** Wraps a handler, and makes it take requests that replay from within this process. */
  readonly wrap: (handler: Handler, options?: WithScopeOptions) => Handler
}

function fixture(options: RetakeOptions = {}): Fixture {
  const settled = new Map<string, Promise<void>>()
  const retake = createRetake({
    environment: { RETAKE_REPLAY_ENABLED: '1' },
    log: false,
    keepEmpty: true,
    ...options,
    store: createMemoryStore(),
  })
  return {
    retake,
    wrap: (handler, scopeOptions) =>
      withScope(
        async (request) => {
          const session = currentSession()
          if (session) settled.set(session.id, session.settled)
          return handler(request)
        },
        { retake, peer: () => 'local', ...scopeOptions },
      ),
    async stored({ headers }) {
      const id = headers.get('x-session-id') ?? ''
      await settled.get(id)
      const data = await retake.store.load(id)
      if (data === undefined) throw new Error('not stored')
      return data
    },
  }
}

const get = (headers: Record<string, string> = {}) => new Request('http://localhost/', { headers })
const post = (body: BodyInit, init: RequestInit = {}) =>
  new Request('http://localhost/', { method: 'POST', body, duplex: 'half', ...init } as RequestInit)

describe('withScope', () => {
  it('hands on what else the framework gives', async () => {
    const { retake } = fixture()
    const handler = withScope(
      (_request: Request, { params }: { params: { essay: string } }) => new Response(params.essay),
      { retake },
    )

    const response = await handler(get(), { params: { essay: 'seven' } })

    expect(await response.text()).toBe('seven')
  })

  it('throws what the handler throws, and the session is a failure', async () => {
    const { retake } = fixture()
    const failure = new Error('a mistake of the app')
    const handler = withScope(() => Promise.reject(failure), { retake })

    await expect(handler(get())).rejects.toBe(failure)
    const [session] = await retake.store.list()
    expect((await retake.store.load(session?.id ?? ''))?.end).toMatchObject({
      endState: 'failure',
      endReason: 'a mistake of the app',
    })
  })

  it('keeps an instance alive until the session is written', async () => {
    const { wrap, stored } = fixture()
    const waitedFor: Promise<unknown>[] = []
    const handler = wrap(() => new Response('text'), {
      waitUntil: (promise) => void waitedFor.push(promise),
    })

    const response = await handler(get())
    await response.text()

    expect(waitedFor).toHaveLength(1)
    await waitedFor[0]
    expect((await stored(response)).end).toMatchObject({ endState: 'success' })
  })

  it('lets nobody replay where it does not know who calls', async () => {
    const { retake } = fixture()
    const handler = withScope(() => new Response('text'), { retake })

    expect((await handler(get({ 'x-replay': 'there-is-no-such-session' }))).status).toBe(403)
  })

  it('ends the session of a client that goes while the handler runs when the handler is done', async () => {
    const { wrap, stored } = fixture()
    const controller = new AbortController()
    const handler = wrap(async () => {
      controller.abort()
      await call({ kind: 'llm', name: 'model', request: 1 }, async () => 'one')
      return new Response(null)
    })

    const response = await handler(new Request('http://localhost/', { signal: controller.signal }))

    const { end, events } = await stored(response)
    expect(end).toMatchObject({ endState: 'indeterminate' })
    expect(end).not.toHaveProperty('late')
    expect(events).toHaveLength(1)
  })

  it('ends the session of a client that has gone before its stream begins', async () => {
    const { wrap, stored } = fixture()
    const handler = wrap(() => new Response(new ReadableStream()))

    const response = await handler(
      new Request('http://localhost/', { signal: AbortSignal.abort() }),
    )

    expect((await stored(response)).end).toMatchObject({ endState: 'indeterminate' })
  })

  it('names the path without its fragment', async () => {
    const { wrap, stored } = fixture()

    const response = await wrap(() => new Response(null))(
      new Request('http://localhost/a/b?c=/d#e'),
    )

    expect((await stored(response)).session.request?.url).toBe('/a/b?c=/d')
  })
})

describe('a response', () => {
  it('that nothing can be added to stays as it is', async () => {
    const { wrap } = fixture()
    const network = Response.error()

    expect(await wrap(() => network)(get())).toBe(network)
  })

  it('keeps its status, its text and all its cookies', async () => {
    const { wrap } = fixture()
    const headers = new Headers({ 'x-app': 'yes' })
    headers.append('set-cookie', 'a=1')
    headers.append('set-cookie', 'b=2')

    const response = await wrap(
      () => new Response('made', { status: 201, statusText: 'Made', headers }),
    )(get())

    expect([response.status, response.statusText, await response.text()]).toEqual([
      201,
      'Made',
      'made',
    ])
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(response.headers.get('x-app')).toBe('yes')
  })

  it('may have headers that cannot be changed', async () => {
    const { wrap, stored } = fixture()
    const upstream = await serve(
      () => new Response(null, { status: 204, headers: { 'x-app': 'yes' } }),
    )

    const response = await wrap(() => fetch(upstream.url))(get())
    await upstream.close()

    expect(response.headers.get('x-app')).toBe('yes')
    expect((await stored(response)).session.name).toBe('GET /')
  })

  it('to HEAD is over although its body is never read', async () => {
    const { wrap, stored } = fixture()

    const response = await wrap(() => new Response(new ReadableStream()))(
      new Request('http://localhost/', { method: 'HEAD' }),
    )

    expect((await stored(response)).end).toMatchObject({ endState: 'success' })
  })

  it('that is not sent, because the replay has failed, has its body cancelled', async () => {
    const { wrap, stored } = fixture()
    const cancelledIn: (string | undefined)[] = []
    let request = 'one'
    const handler = wrap(async () => {
      await call({ kind: 'llm', name: 'model', request }, async () => 'answer').catch(() => {})
      return new Response(
        new ReadableStream({ cancel: () => void cancelledIn.push(currentSession()?.id) }),
      )
    })
    const recorded = await handler(get())
    await recorded.body?.cancel()
    const { session } = await stored(recorded)
    request = 'another'

    const replayed = await handler(get({ 'x-replay': `${session.id};match=strict` }))

    expect(replayed.status).toBe(409)
    expect(cancelledIn).toEqual([session.id, replayed.headers.get('x-session-id')])
  })

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/vnd.essay+json',
  ])('of %s tells in its head how the replay went', async (type) => {
    expect(await statusOfReplay(type)).toBe('ok')
  })

  it.each([
    'text/event-stream',
    'application/x-ndjson',
    'application/json-seq',
    'application/jsonl',
    'text/plain',
  ])('of %s is not held back for the verdict', async (type) => {
    expect(await statusOfReplay(type)).toBe('pending')
  })

  it('of JSON is not held back where nothing is replayed', async () => {
    const { wrap } = fixture()
    const endless = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('[')),
    })

    const response = await wrap(
      () => new Response(endless, { headers: { 'content-type': 'application/json' } }),
    )(get())

    const { value } = (await response.body?.getReader().read()) ?? {}
    expect(new TextDecoder().decode(value)).toBe('[')
  })

  async function statusOfReplay(type: string): Promise<string | null> {
    const { wrap, stored } = fixture()
    async function* parts() {
      yield await call({ kind: 'llm', name: 'model', request: 1 }, async () => '"answer"')
    }
    const handler = wrap(() => new Response(toBody(parts()), { headers: { 'content-type': type } }))
    const recorded = await handler(get())
    await recorded.text()
    const { session } = await stored(recorded)

    const replayed = await handler(get({ 'x-replay': session.id }))
    expect(await replayed.text()).toBe('"answer"')
    return replayed.headers.get('x-replay-status')
  }

  it('whose body fails while it is read ahead fails as it would have done', async () => {
    const { wrap, stored, retake } = fixture()
    let fails = false
    const failure = new Error('the model is gone')
    const handler = wrap(() => {
      const body = fails ? new ReadableStream({ pull: () => Promise.reject(failure) }) : '{}'
      return new Response(body, { headers: { 'content-type': 'application/json' } })
    })
    const recorded = await handler(get())
    await recorded.text()
    const { session } = await stored(recorded)
    fails = true

    await expect(handler(get({ 'x-replay': session.id }))).rejects.toBe(failure)
    expect(retake.stats().replays).toBe(1)
  })
})

describe('the body of a request', () => {
  const json = { headers: { 'content-type': 'application/json' } }

  it('is recorded beside the handler that reads it', async () => {
    const { wrap, stored } = fixture()

    const response = await wrap(async (request) => new Response(await request.text()))(
      post('{"a":1}', json),
    )

    expect(await response.text()).toBe('{"a":1}')
    expect((await stored(response)).session.request?.body).toEqual({ a: 1 })
  })

  it('is recorded although the handler does not read it', async () => {
    const { wrap, stored } = fixture()

    const response = await wrap(() => new Response(null))(post('{"a":1}', json))

    expect((await stored(response)).session.request?.body).toEqual({ a: 1 })
  })

  it('is recorded when its length is not known', async () => {
    const { wrap, stored } = fixture()
    const chunks = new Blob(['{"a":', '1}']).stream()

    const response = await wrap(async (request) => new Response(await request.text()))(
      post(chunks, json),
    )

    expect(await response.text()).toBe('{"a":1}')
    expect((await stored(response)).session.request?.body).toEqual({ a: 1 })
  })

  it('reaches the handler whole when it is too large to be recorded', async () => {
    const { wrap, stored } = fixture()
    const parts = Array.from({ length: 40 }, () => 'x'.repeat(50_000))

    const response = await wrap(
      async (request) => new Response(String((await request.text()).length)),
    )(post(new Blob(parts).stream()))

    expect(await response.text()).toBe('2000000')
    expect((await stored(response)).session.request?.bodyWithheld).toBe(
      'it is larger than 1048576 bytes',
    )
  })

  it('is not read far ahead of a handler that does not read it', async () => {
    const { wrap, stored } = fixture()
    let pulls = 0
    const large = new ReadableStream({
      pull(controller) {
        if (++pulls > 64) controller.close()
        else controller.enqueue(new Uint8Array(65_536))
      },
    })

    const response = await wrap(() => new Response(null))(post(large))

    await stored(response)
    expect(pulls).toBeLessThan(20)
  })

  it('is withheld when it breaks off', async () => {
    const { wrap, stored } = fixture()
    const broken = new ReadableStream({ pull: () => Promise.reject(new Error('connection reset')) })

    const response = await wrap((request) =>
      request.text().then(
        () => new Response(null),
        () => new Response(null, { status: 400 }),
      ),
    )(post(broken))

    expect(response.status).toBe(400)
    expect((await stored(response)).session.request?.bodyWithheld).toBe('it could not be read')
  })

  it.each([
    ['was read', async (request: Request) => void (await request.text())],
    ['is being read', async (request: Request) => void request.body?.getReader()],
  ])('is left alone when it %s by somebody in front', async (_name, readBefore) => {
    const { wrap, stored } = fixture()
    const request = post('{"a":1}', json)
    await readBefore(request)

    const response = await wrap(() => new Response(null))(request)

    expect((await stored(response)).session.request?.bodyWithheld).toBe('it was read before')
  })

  it('is withheld when it is compressed', async () => {
    const { wrap, stored } = fixture()
    const body = new Blob(['{"a":1}']).stream().pipeThrough(new CompressionStream('gzip'))

    const response = await wrap(() => new Response(null))(
      post(body, { headers: { 'content-encoding': 'gzip' } }),
    )

    expect((await stored(response)).session.request?.bodyWithheld).toBe('it is compressed')
  })

  it('is not there in a request that has none', async () => {
    const { wrap, stored } = fixture()

    const response = await wrap(() => new Response(null))(
      new Request('http://localhost/', { method: 'POST' }),
    )

    expect((await stored(response)).session.request).not.toHaveProperty('bodyWithheld')
  })
})
