import { AsyncLocalStorage } from 'node:async_hooks'
import { createRetake, currentSession } from '@retake/core'
import { createObservedStore, sendRequest } from '@retake/testing'
import express, { type RequestHandler, type Response } from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { retakeMiddleware } from './index.ts'
import { record } from './testing/recorder.ts'
import { serve } from './testing/serve.ts'

const FORGED = 'session-of-somebody'

/** Ways in which an app writes a head with these headers. */
const WRITERS: Readonly<
  Record<string, (response: Response, headers: Record<string, string>) => void>
> = {
  'setHeader and end': (response, headers) => void response.set(headers).end('a'),
  'writeHead with an object': (response, headers) => void response.writeHead(200, headers).end('a'),
  'writeHead with a phrase': (response, headers) =>
    void response.writeHead(200, 'Fine', headers).end('a'),
  'writeHead with a list': (response, headers) =>
    void response.writeHead(200, Object.entries(headers).flat()).end('a'),
  flushHeaders(response, headers) {
    response.set(headers).flushHeaders()
    response.end('a')
  },
}

describe('the head of a response', () => {
  for (const [how, writeHead] of Object.entries(WRITERS)) {
    it(`names the session, and shows that it does: ${how}`, async () => {
      const headers = {
        'access-control-allow-origin': 'https://app.example',
        'access-control-expose-headers': 'X-App',
        'x-session-id': FORGED,
        'x-app': 'yes',
      }
      const { run } = await record((app) =>
        app.get('/', (_request, response) => writeHead(response, headers)),
      )

      const { answer, data } = await run({ path: '/' })

      expect(answer).toMatchObject({ status: 200, body: 'a' })
      expect(answer.headers).toMatchObject({
        ...headers,
        'x-session-id': data.session.id,
        'access-control-expose-headers': 'X-App, X-Session-Id',
      })
    })
  }

  it('keeps every value of a header that is repeated in a list', async () => {
    const { run } = await record((app) =>
      app.get('/', (_request, response) => {
        response.set('set-cookie', 'old=1')
        response.writeHead(200, ['set-cookie', 'a=1', 'set-cookie', 'b=2', 'x-number', 7]).end()
      }),
    )

    const { answer } = await run({ path: '/' })

    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2'])
    expect(answer.headers['x-number']).toBe('7')
  })

  it('is written once, with the error that Node gives', async () => {
    const errors: unknown[] = []
    const { run } = await record((app) =>
      app.get('/', (_request, response) => {
        response.writeHead(200)
        try {
          response.writeHead(500, { 'x-late': 'yes' })
        } catch (error) {
          errors.push(error)
        }
        response.end()
      }),
    )

    const { answer } = await run({ path: '/' })

    expect(answer.status).toBe(200)
    expect(errors).toMatchObject([{ code: 'ERR_HTTP_HEADERS_SENT' }])
  })

  it('is left alone when it was sent in front of the middleware', async () => {
    const flush: RequestHandler = (_request, response, next) => {
      response.flushHeaders()
      next()
    }
    const { url, store } = await record(
      (app) => app.get('/', (_request, response) => void response.end('a')),
      { before: (app) => app.use(flush) },
    )

    const { status, body, headers } = await sendRequest(url, { path: '/' })
    const [session] = await store.list()

    expect([status, body, headers['x-session-id']]).toEqual([200, 'a', undefined])
    expect(session?.name).toBe('GET /')
  })
})

describe('retakeMiddleware', () => {
  it('tells the whole path of a request below the path where it is mounted', async () => {
    const store = createObservedStore()
    const app = express()
      .use('/api', retakeMiddleware(createRetake({ store, log: false, keepEmpty: true })))
      .use((_request, response) => void response.json('a'))
    const { url, close } = await serve(app)
    onTestFinished(close)

    const answers = [
      await sendRequest(url, { path: '/api/essays' }),
      await sendRequest(url, { path: '/other' }),
    ]

    const [id, none] = answers.map(({ headers }) => headers['x-session-id'])
    expect((await store.ended(String(id))).session.name).toBe('GET /api/essays')
    expect(none).toBeUndefined()
  })

  it('joins the session of its response when what stands between has lost the scope', async () => {
    const outside = AsyncLocalStorage.snapshot()
    const leave: RequestHandler = (_request, _response, next) => outside(() => next())
    const store = createObservedStore()
    const middleware = retakeMiddleware(createRetake({ store, log: false, keepEmpty: true }))
    const app = express()
      .use(middleware, leave, middleware)
      .use((_request, response) => void response.json(currentSession()?.id))
    const { url, close } = await serve(app)
    onTestFinished(close)

    const { body, headers } = await sendRequest(url, { path: '/' })

    const id = String(headers['x-session-id'])
    expect(body).toBe(JSON.stringify(id))
    await store.ended(id)
    expect(await store.list()).toHaveLength(1)
  })

  it('takes options alone, and uses the default instance', async () => {
    const app = express()
      .use(retakeMiddleware({ skip: () => true }))
      .use(retakeMiddleware(undefined, { skip: () => true }))
      .get('/', (_request, response) => void response.json('a'))
    const { url, close } = await serve(app)
    onTestFinished(close)

    const { body, headers } = await sendRequest(url, { path: '/' })

    expect(body).toBe('"a"')
    expect(headers).not.toHaveProperty('x-session-id')
  })
})
