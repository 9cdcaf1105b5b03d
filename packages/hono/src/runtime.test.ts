import { Hono, type ExecutionContext } from 'hono'
import { describe, expect, it } from 'vitest'
import { retakeMiddleware, type HonoOptions } from './index.ts'
import { createRecorder } from './testing/recorder.ts'

const UNKNOWN = { headers: { 'X-Replay': 'there-is-no-such-session' } }
const FORBIDDEN = 403
const NOT_FOUND = 404

function createApp(options?: HonoOptions) {
  const { retake, ended } = createRecorder()
  const app = new Hono()
    .use(retakeMiddleware(retake, options))
    .get('/', (context) => context.text('text'))
  return { app, ended }
}

/** What a worker hands to an app, and what it was told to wait for. */
function createExecution() {
  const waitedFor: Promise<unknown>[] = []
  const context: ExecutionContext = {
    waitUntil: (promise) => void waitedFor.push(promise),
    passThroughOnException() {},
    props: {},
  }
  return { context, waitedFor }
}

const bun = (address: string | undefined) => {
  const server = { address }
  // A method that needs its server, as that of Bun does.
  return Object.create(
    {
      requestIP(this: typeof server) {
        return this.address === undefined
          ? null
          : { address: this.address, family: 'IPv4', port: 1 }
      },
    },
    Object.getOwnPropertyDescriptors(server),
  ) as object
}

describe('who may replay', () => {
  it.each<[string, object | undefined, number]>([
    [
      'Node, from this machine',
      { incoming: { socket: { remoteAddress: '127.0.0.1' }, headers: {} } },
      NOT_FOUND,
    ],
    [
      'Node, by an address of IPv6 within it',
      { incoming: { socket: { remoteAddress: '::ffff:127.0.0.1' }, headers: {} } },
      NOT_FOUND,
    ],
    [
      'Node, from elsewhere',
      { incoming: { socket: { remoteAddress: '192.0.2.60' }, headers: {} } },
      FORBIDDEN,
    ],
    ['Node, when the connection has gone', { incoming: { socket: {}, headers: {} } }, FORBIDDEN],
    ['Bun, from this machine', bun('::1'), NOT_FOUND],
    ['Bun, from elsewhere', bun('192.0.2.60'), FORBIDDEN],
    ['Bun, when it does not know', bun(undefined), FORBIDDEN],
    ['Bun with the server in the environment', { server: bun('127.0.0.1') }, NOT_FOUND],
    [
      'Deno, from this machine',
      { remoteAddr: { hostname: '127.0.0.1', port: 1, transport: 'tcp' } },
      NOT_FOUND,
    ],
    [
      'Deno, from elsewhere',
      { remoteAddr: { hostname: '2001:db8::1', port: 1, transport: 'tcp' } },
      FORBIDDEN,
    ],
    [
      'Deno, over a Unix socket',
      { remoteAddr: { path: '/run/app.sock', transport: 'unix' } },
      FORBIDDEN,
    ],
    ['a platform with bindings', { DATABASE: 'of the app' }, FORBIDDEN],
    ['no server at all', undefined, NOT_FOUND],
    ['an empty environment', {}, NOT_FOUND],
  ])('%s', async (_name, environment, status) => {
    const { app } = createApp()

    expect((await app.request('/', UNKNOWN, environment)).status).toBe(status)
  })

  it('nobody through a worker, which does not know who calls', async () => {
    const { app } = createApp()
    const { context } = createExecution()

    expect((await app.request('/', UNKNOWN, {}, context)).status).toBe(FORBIDDEN)
  })

  it.each(['Host', 'CF-Connecting-IP', 'Forwarded', 'X-Forwarded-For', 'X-Real-IP', 'Via'])(
    'nobody whose request has the header %s of one that came over a network',
    async (name) => {
      const { app } = createApp()
      const headers = { ...UNKNOWN.headers, [name]: 'localhost' }

      expect((await app.request('/', { headers })).status).toBe(FORBIDDEN)
    },
  )

  it('whom the app allows', async () => {
    const { app, ended } = createApp({
      replay: { authorize: (context) => context.req.header('authorization') === 'Bearer ada' },
    })
    const recorded = await app.request('/')
    await recorded.text()
    const { session } = await ended(recorded)
    const replay = (authorization: string) =>
      app.request('/', { headers: { 'X-Replay': session.id, host: 'app.example', authorization } })

    expect((await replay('Bearer ada')).headers.get('x-replay-of')).toBe(session.id)
    expect((await replay('Bearer eve')).status).toBe(NOT_FOUND)
  })
})

describe('waitUntil', () => {
  it('keeps a worker alive until the session is written', async () => {
    const { app, ended } = createApp()
    const { context, waitedFor } = createExecution()

    const response = await app.request('/', {}, {}, context)
    await response.text()

    expect(waitedFor).toHaveLength(1)
    await waitedFor[0]
    expect((await ended(response)).end).toMatchObject({ endState: 'success' })
  })
})

describe('the client of a worker', () => {
  it('ends the session when it goes, although the body is not cancelled', async () => {
    const { retake, ended } = createRecorder()
    const app = new Hono().use(retakeMiddleware(retake))
    app.get('/', () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })))
    const controller = new AbortController()

    const response = await app.request('/', { signal: controller.signal })
    controller.abort()

    expect((await ended(response)).end).toMatchObject({ endState: 'indeterminate' })
  })
})

describe('retakeMiddleware', () => {
  it('takes an instance, options, both or neither', async () => {
    const { retake } = createRecorder()
    const skip = () => true
    const made = [
      retakeMiddleware(),
      retakeMiddleware({ skip }),
      retakeMiddleware(retake, { skip }),
      retakeMiddleware(undefined, { skip }),
    ]

    for (const middleware of made.slice(1)) {
      const app = new Hono().use(middleware).get('/', (context) => context.text('text'))
      expect((await app.request('/')).headers.has('x-session-id')).toBe(false)
    }
    expect(made[0]).toBeTypeOf('function')
  })

  it('gives its functions the context of Hono', async () => {
    const { retake, ended } = createRecorder()
    const options: HonoOptions = {
      describe: (context) => ({ name: context.req.param('essay'), tags: [context.req.method] }),
      skip: (context) => context.req.path === '/healthz',
      trustSession: (context) => context.req.header('x-gateway') === 'ours',
    }
    const app = new Hono()
      .use('/essays/:essay', retakeMiddleware(retake, options))
      .use('/healthz', retakeMiddleware(retake, options))
    app.get('*', (context) => context.text('text'))

    const described = await app.request('/essays/seven', {
      headers: { 'x-session-id': 'session-of-the-gateway', 'x-gateway': 'ours' },
    })
    await described.text()
    const skipped = await app.request('/healthz')

    expect((await ended(described)).session).toMatchObject({
      id: 'session-of-the-gateway',
      name: 'seven',
      tags: ['GET'],
    })
    expect(skipped.headers.has('x-session-id')).toBe(false)
  })

  it('goes on without what a function of the options fails to tell', async () => {
    const { retake, ended } = createRecorder()
    const fail = () => {
      throw new Error('a mistake in the options')
    }
    const app = new Hono()
      .use(retakeMiddleware(retake, { describe: fail, trustSession: fail }))
      .get('/', (context) => context.text('text'))

    const response = await app.request('/', {
      headers: { 'x-session-id': 'session-of-the-gateway' },
    })

    expect(await response.text()).toBe('text')
    expect((await ended(response)).session.name).toBe('GET /')
    expect(retake.stats().failures).toBe(2)
  })

  it('stores nothing but that there was a session where capture is off', async () => {
    const { retake, ended } = createRecorder({ capture: 'off' })
    const app = new Hono()
      .use(retakeMiddleware(retake))
      .post('/', async (context) => context.text(await context.req.text()))

    const response = await app.request('/?page=2', { method: 'POST', body: 'private' })
    await response.text()

    expect((await ended(response)).session).not.toHaveProperty('request')
  })
})
