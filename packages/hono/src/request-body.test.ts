import { once } from 'node:events'
import { request as openRequest, type IncomingMessage } from 'node:http'
import { gzipSync } from 'node:zlib'
import { createRetake, currentSession } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { streamText } from 'hono/streaming'
import { validator } from 'hono/validator'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { retakeMiddleware } from './index.ts'
import { createRecorder } from './testing/recorder.ts'
import { serve } from './testing/serve.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

const JSON_HEADERS = { 'content-type': 'application/json' }

/** Sends a body to an app that reads it with `read`, and gives what was recorded of the request. */
async function recordedRequest(
  init: RequestInit,
  read: (context: Context) => unknown,
  prepare: (app: Hono) => unknown = () => {},
) {
  const { retake, ended } = createRecorder()
  const app = new Hono().use(retakeMiddleware(retake))
  prepare(app)
  app.post('/', async (context) => {
    const answer = await read(context)
    return answer instanceof Response ? answer : context.json({ answer: answer ?? null })
  })
  const { url, close } = await serve(app.fetch)
  closers.push(close)
  const response = await fetch(url, { method: 'POST', ...init })
  const answer = await response.text()
  const { session } = await ended(response)
  return { request: session.request, answer }
}

describe('the body of a request', () => {
  it.each<[string, (context: Context) => unknown]>([
    ['c.req.json()', (context) => context.req.json()],
    ['c.req.text()', (context) => context.req.text()],
    ['c.req.arrayBuffer()', async (context) => void (await context.req.arrayBuffer())],
    ['c.req.blob()', async (context) => void (await context.req.blob())],
    [
      'c.req.text() and c.req.json()',
      async (context) => [await context.req.text(), await context.req.json<unknown>()],
    ],
  ])('is recorded when the app reads it with %s', async (_name, read) => {
    const body = JSON.stringify({ essay: 'Über alles', grades: [1, null] })

    const { request } = await recordedRequest({ body, headers: JSON_HEADERS }, read)

    expect(request).toMatchObject({
      method: 'POST',
      url: '/',
      body: { essay: 'Über alles', grades: [1, null] },
    })
    expect(request).not.toHaveProperty('bodyWithheld')
  })

  it('is recorded when a validator reads it', async () => {
    const { request, answer } = await recordedRequest(
      { body: '{"a":1}', headers: JSON_HEADERS },
      (context) => context.req.json(),
      (app) => app.use(validator('json', (value) => value as object)),
    )

    expect(request?.body).toEqual({ a: 1 })
    expect(answer).toBe('{"answer":{"a":1}}')
  })

  it('is recorded when another middleware has put a new request in the place of the old one', async () => {
    const { request } = await recordedRequest(
      { body: '{"a":1}', headers: JSON_HEADERS },
      async (context) => void (await context.req.json()),
      (app) => app.use(bodyLimit({ maxSize: 1_000 })),
    )

    expect(request?.body).toEqual({ a: 1 })
  })

  it('is recorded when the app reads it while it answers', async () => {
    const { request, answer } = await recordedRequest(
      { body: '{"a":1}', headers: JSON_HEADERS },
      (context) =>
        streamText(context, async (writer) => {
          await writer.write('first ')
          await writer.write(await context.req.text())
        }),
    )

    expect(answer).toBe('first {"a":1}')
    expect(request?.body).toEqual({ a: 1 })
  })

  it('is recorded when it was sent in chunks', async () => {
    const { request } = await recordedRequest(
      {
        body: new Blob(['{"a":', '1}']).stream(),
        headers: JSON_HEADERS,
        duplex: 'half',
      } as RequestInit,
      async (context) => void (await context.req.json()),
    )

    expect(request?.body).toEqual({ a: 1 })
  })

  it('is recorded as text where it is no JSON, and without its passwords', async () => {
    const body = new URLSearchParams({ user: 'ada', password: 'hunter2' })

    const { request, answer } = await recordedRequest({ body }, (context) =>
      context.req.parseBody(),
    )

    expect(request?.body).toBe('user=ada&password=«secret:1»')
    expect(answer).toBe('{"answer":{"user":"ada","password":"hunter2"}}')
  })

  it.each<[string, (context: Context) => unknown]>([
    ['c.req.parseBody()', (context) => context.req.parseBody()],
    ['c.req.formData()', async (context) => void (await context.req.formData())],
  ])('is recorded as fields when a form is read with %s', async (_name, read) => {
    const body = new FormData()
    body.append('user', 'ada')
    body.append('tag', 'a')
    body.append('tag', 'b')
    body.append('password', 'hunter2')
    body.append('essay', new File(['the bytes'], 'essay.txt', { type: 'text/plain' }))

    const { request } = await recordedRequest(
      { body },
      async (context) => void (await read(context)),
    )

    expect(request?.body).toEqual({
      user: 'ada',
      tag: ['a', 'b'],
      password: '«secret:1»',
      essay: { file: 'essay.txt', type: 'text/plain', size: 9 },
    })
  })

  it('is recorded for a request that never leaves the process', async () => {
    const { retake, ended } = createRecorder()
    const app = new Hono().use(retakeMiddleware(retake))
    app.post('/', async (context) => context.json(await context.req.json()))

    const response = await app.request('/', {
      method: 'POST',
      body: '{"a":1}',
      headers: JSON_HEADERS,
    })

    expect((await ended(response)).session.request?.body).toEqual({ a: 1 })
  })

  it('is recorded when it comes after the answer', async () => {
    const { retake, ended } = createRecorder()
    const app = new Hono().use(retakeMiddleware(retake))
    app.post('/', (context) => {
      void context.req.text()
      return context.text('accepted')
    })
    const { url, close } = await serve(app.fetch)
    closers.push(close)
    const sent = openRequest(url, { method: 'POST', headers: { 'transfer-encoding': 'chunked' } })
    sent.write('first, ')

    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    sent.end('then')

    const headers = new Headers({ 'x-session-id': String(response.headers['x-session-id']) })
    expect((await ended({ headers })).session.request?.body).toBe('first, then')
    response.resume()
  })

  it('is left to the app when it takes it from c.req.raw', async () => {
    const { request, answer } = await recordedRequest(
      { body: '{"a":1}', headers: JSON_HEADERS },
      (context) => context.req.raw.json(),
    )

    expect(answer).toBe('{"answer":{"a":1}}')
    expect(request).not.toHaveProperty('body')
    expect(request?.bodyWithheld).toBe('the app did not read it with c.req')
  })

  it('is recorded once, although a client that goes is noticed twice', async () => {
    const memory = createMemoryStore()
    const written: string[] = []
    const ended = Promise.withResolvers<void>()
    const open: typeof memory.open = (session) => {
      const log = memory.open(session)
      return {
        append(record) {
          if (!('response' in record)) written.push(record.type)
          log.append(record)
        },
        close: () => ended.resolve(),
      }
    }
    const retake = createRetake({
      store: { ...memory, open },
      log: false,
      environment: {},
      keepEmpty: true,
    })
    const app = new Hono().use(retakeMiddleware(retake))
    app.post('/', async (context) => {
      await context.req.text()
      return context.body(new ReadableStream())
    })
    const controller = new AbortController()

    const response = await app.request('/', {
      method: 'POST',
      body: 'essay',
      signal: controller.signal,
    })
    controller.abort()
    await response.body?.cancel()
    await ended.promise

    expect(written).toEqual(['update', 'end'])
  })

  it('is left alone when the app leaves it alone', async () => {
    const { request } = await recordedRequest({ body: 'unread' }, () => undefined)

    expect(request).not.toHaveProperty('body')
    expect(request?.bodyWithheld).toBe('the app did not read it with c.req')
  })

  it('is not there in a request that cannot have one', async () => {
    const { retake, ended } = createRecorder()
    const app = new Hono().use(retakeMiddleware(retake))
    app.get('/', async (context) => context.text(`read: ${await context.req.text()}`))

    const response = await app.request('/')

    expect(await response.text()).toBe('read: ')
    expect((await ended(response)).session.request).not.toHaveProperty('body')
  })

  it('is not there when none was sent', async () => {
    const { request } = await recordedRequest({}, () => undefined)

    expect(request).not.toHaveProperty('body')
    expect(request).not.toHaveProperty('bodyWithheld')
  })

  it.each([
    ['too large', { body: 'x'.repeat(1_048_577) }, 'it is larger than 1048576 bytes'],
    [
      'compressed',
      { body: gzipSync('a'), headers: { 'content-encoding': 'gzip' } },
      'it is compressed',
    ],
  ])('is withheld when it is %s', async (_name, init, reason) => {
    const { request } = await recordedRequest(
      init,
      async (context) => void (await context.req.arrayBuffer()),
    )

    expect(request).not.toHaveProperty('body')
    expect(request?.bodyWithheld).toBe(reason)
  })

  it('is withheld when the connection breaks before it is whole', async () => {
    const { retake, ended } = createRecorder()
    const reading = Promise.withResolvers<void>()
    const opened = Promise.withResolvers<Headers>()
    const app = new Hono()
    app.use(retakeMiddleware(retake))
    // The id has to be known although nobody reads the response.
    app.use((_context, next) => {
      opened.resolve(new Headers({ 'x-session-id': currentSession()?.id ?? '' }))
      return next()
    })
    app.onError((_error, context) => context.text('Cut off', 400))
    app.post('/', async (context) => {
      reading.resolve()
      return context.text(await context.req.text())
    })
    const { url, close } = await serve(app.fetch)
    closers.push(close)
    const controller = new AbortController()
    const body = new ReadableStream({
      start: (stream) => stream.enqueue(new TextEncoder().encode('half of')),
    })
    const sent = fetch(url, {
      method: 'POST',
      body,
      duplex: 'half',
      signal: controller.signal,
    } as RequestInit)

    await reading.promise
    controller.abort()

    await expect(sent).rejects.toThrow()
    const { session, end } = await ended({ headers: await opened.promise })
    expect(session.request?.bodyWithheld).toBe('it could not be read')
    expect(end).toMatchObject({ endState: 'indeterminate' })
  })
})

it('is on record while the app still works on it, in case the process dies of it', async () => {
  const answered = Promise.withResolvers<void>()
  const { retake } = createRecorder({ keepEmpty: true })
  const app = new Hono().use(retakeMiddleware(retake)).post('/', async (context) => {
    await context.req.json()
    await answered.promise
    return context.text('done')
  })
  const { url, close } = await serve(app.fetch)
  closers.push(close)

  const answer = fetch(url, { method: 'POST', headers: JSON_HEADERS, body: '{"essay":1}' })
  const data = await vi.waitUntil(
    async () => {
      const [session] = await retake.store.list()
      const loaded = session && (await retake.store.load(session.id))
      return loaded?.session.request?.body === undefined ? undefined : loaded
    },
    { timeout: 60_000 },
  )
  answered.resolve()
  await answer

  expect(data.session.request?.body).toEqual({ essay: 1 })
  expect(data.end).toBeUndefined()
})
