import { currentSession } from '@retake/core'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { HTTPException } from 'hono/http-exception'
import { afterEach, describe, expect, it } from 'vitest'
import { retakeMiddleware } from './index.ts'
import { createRecorder, type Recorder } from './testing/recorder.ts'
import { serve } from './testing/serve.ts'

const SESSION_ID = /^[\da-f-]{36}$/

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

interface Served extends Recorder {
  readonly get: (path?: string, init?: RequestInit) => Promise<Response>
}

async function open(
  addRoutes: (app: Hono) => unknown,
  { before }: { before?: (app: Hono) => unknown } = {},
): Promise<Served> {
  const recorder = createRecorder()
  const app = new Hono()
  before?.(app)
  app.use(retakeMiddleware(recorder.retake, { replay: { origins: ['https://app.example'] } }))
  addRoutes(app)
  const { url, close } = await serve(app.fetch)
  closers.push(close)
  return {
    ...recorder,
    get: (path = '/', init) => fetch(url + path, { redirect: 'manual', ...init }),
  }
}

describe('the id of the session', () => {
  it.each([
    ['text', 200, (app: Hono) => app.get('/', (context) => context.text('text'))],
    ['JSON', 201, (app: Hono) => app.get('/', (context) => context.json({}, 201))],
    ['a raw Response', 200, (app: Hono) => app.get('/', () => new Response('raw'))],
    ['Response.json', 200, (app: Hono) => app.get('/', () => Response.json([1]))],
    ['an empty answer', 204, (app: Hono) => app.get('/', (context) => context.body(null, 204))],
    [
      'an empty answer that was given a stream',
      204,
      (app: Hono) => app.get('/', () => new Response(new ReadableStream(), { status: 204 })),
    ],
    [
      'an answer from a cache',
      304,
      (app: Hono) => app.get('/', (context) => context.body(null, 304)),
    ],
    ['a redirect', 302, (app: Hono) => app.get('/', (context) => context.redirect('/elsewhere'))],
    [
      'Response.redirect',
      307,
      (app: Hono) => app.get('/', () => Response.redirect('http://localhost/', 307)),
    ],
    ['a path that is not there', 404, () => {}],
    ['notFound', 404, (app: Hono) => app.notFound((context) => context.text('Gone fishing', 404))],
    [
      'an HTTPException',
      418,
      (app: Hono) =>
        app.get('/', () => {
          throw new HTTPException(418)
        }),
    ],
    [
      'a sub-app',
      200,
      (app: Hono) =>
        app.route(
          '/',
          new Hono().get('/', (context) => context.text('sub')),
        ),
    ],
    ['a mounted handler', 200, (app: Hono) => app.mount('/', () => new Response('mounted'))],
  ])('is on %s', async (_name, status, addRoutes) => {
    const { get, ended } = await open(addRoutes)

    const response = await get()

    expect(response.status).toBe(status)
    expect(response.headers.get('x-session-id')).toMatch(SESSION_ID)
    expect((await ended(response)).end).toMatchObject({ endState: 'success' })
  })

  it('is on what onError answers, and the session is a failure that says why', async () => {
    const { get, ended } = await open((app) => {
      app.get('/', () => {
        throw new Error('no essay, for the key sk-proj-1234567890abcdefghij')
      })
      app.onError((_error, context) => context.text('Something went wrong', 500))
    })

    const response = await get()

    expect(await response.text()).toBe('Something went wrong')
    expect((await ended(response)).end).toMatchObject({
      endState: 'failure',
      endReason: 'no essay, for the key «secret:1»',
    })
  })

  it('is on a response to HEAD, whose body nobody reads', async () => {
    const { get, ended } = await open((app) =>
      app.get('/', () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) }))),
    )

    const response = await get('/', { method: 'HEAD' })

    expect((await ended(response)).session.name).toBe('HEAD /')
  })

  it('is on a response that came from another server', async () => {
    const upstream = await serve(
      () => new Response('from afar', { headers: { 'x-session-id': 'upstream-session' } }),
    )
    closers.push(upstream.close)
    const { get, ended } = await open((app) => app.get('/', () => fetch(upstream.url)))

    const response = await get()

    expect(await response.text()).toBe('from afar')
    expect(response.headers.get('x-session-id')).toMatch(SESSION_ID)
    await ended(response)
  })

  it('is its own on a response that requests share', async () => {
    const shared = new Response(null, { status: 410 })
    const both = createBarrier(2)
    const { get, ended } = await open((app) => app.get('/', () => shared), {
      // Neither response is sent before both have got their headers.
      before: (app) =>
        app.use(async (_context, next) => {
          await next()
          await both()
        }),
    })

    const responses = await Promise.all([get(), get()])

    expect(new Set(responses.map(({ headers }) => headers.get('x-session-id'))).size).toBe(2)
    await Promise.all(responses.map(ended))
  })
})

describe('the headers of the app', () => {
  it('stay as they are', async () => {
    const { get } = await open(
      (app) =>
        app.get('/:kind', (context) => {
          context.header('X-App', 'yes')
          context.header('Set-Cookie', 'a=1', { append: true })
          context.header('Set-Cookie', 'b=2', { append: true })
          const isStream = context.req.param('kind') === 'stream'
          return isStream ? context.body(new Blob(['body']).stream()) : context.text('body')
        }),
      {
        before: (app) =>
          app.use(async (context, next) => {
            context.header('X-Before', 'yes')
            await next()
            context.header('X-After', 'yes')
          }),
      },
    )

    for (const kind of ['short', 'stream']) {
      const { headers } = await get(`/${kind}`)

      expect(headers.getSetCookie()).toEqual(['a=1', 'b=2'])
      expect([headers.get('x-app'), headers.get('x-before'), headers.get('x-after')]).toEqual([
        'yes',
        'yes',
        'yes',
      ])
    }
  })

  it('keep the length of a short body', async () => {
    const { get } = await open((app) => app.get('/', (context) => context.text('four')))

    const { headers } = await get()

    expect(headers.get('content-length')).toBe('4')
    expect(headers.has('transfer-encoding')).toBe(false)
  })
})

describe('hono/cors', () => {
  const origin = { headers: { origin: 'https://app.example' } }

  it.each([
    ['before', (app: Hono) => app.use(cors()), undefined],
    ['behind', undefined, (app: Hono) => app.use(cors())],
  ])('mounted %s it shows the id to pages of other origins', async (_place, before, behind) => {
    const { get, ended } = await open((app) => {
      behind?.(app)
      app.get('/', (context) => context.json({ id: currentSession()?.id }))
    }, before && { before })

    const response = await get('/', origin)

    const id = response.headers.get('x-session-id')
    expect(await response.json()).toEqual({ id })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-expose-headers')).toBe('X-Session-Id')
    await ended(response)
  })

  it('keeps what it exposes itself', async () => {
    const { get } = await open((app) => {
      app.use(cors({ exposeHeaders: ['ETag', 'X-App'] }))
      app.get('/', (context) => context.text('text'))
    })

    const { headers } = await get('/', origin)

    expect(headers.get('access-control-expose-headers')).toBe('ETag, X-App, X-Session-Id')
  })

  it('lets a page read why a replay failed', async () => {
    const { get } = await open((app) => app.get('/', (context) => context.text('text')), {
      before: (app) => app.use(cors({ origin: 'https://app.example', credentials: true })),
    })

    const response = await get('/', {
      headers: { ...origin.headers, 'X-Replay': 'there-is-no-such-session' },
    })

    expect(response.status).toBe(404)
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(response.headers.get('access-control-allow-credentials')).toBe('true')
  })
})

describe('a mistake of the app', () => {
  it('is told by Hono as it would be without a session', async () => {
    const { get, retake } = await open((app) => {
      // A handler that forgets to return.
      app.get('/', (() => {}) as never)
      app.onError((error, context) => context.text(error.message, 500))
    })

    const response = await get()

    expect(response.status).toBe(500)
    expect(await response.text()).toMatch(/^Context is not finalized/)
    expect(await retake.store.list()).toMatchObject([{ endState: 'failure' }])
  })

  it('passes through where it is no Error', async () => {
    const recorder = createRecorder()
    const app = new Hono().use(retakeMiddleware(recorder.retake)).get('/', () => {
      // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- an app may do it
      throw 'a text'
    })

    await expect(app.request('/')).rejects.toBe('a text')
  })
})

function createBarrier(count: number): () => Promise<void> {
  const open = Promise.withResolvers<void>()
  let arrived = 0
  return () => {
    if (++arrived === count) open.resolve()
    return open.promise
  }
}
