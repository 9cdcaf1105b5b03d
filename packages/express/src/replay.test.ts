import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { senderOf } from '@retake/http/node'
import { sendBytes } from '@retake/testing'
import type { Express, RequestHandler, Response } from 'express'
import { describe, expect, it } from 'vitest'
import { type Ask, record } from './testing/recorder.ts'

const MISS = { status: 409, isWhole: true, body: expect.stringContaining('REPLAY_MISS') }

describe('the verdict of a replay', () => {
  it('comes after a body that is sent in chunks', async () => {
    const { run, replay } = await record((app, ask) =>
      app.get('/', async (_request, response) => {
        response.write(await ask('one'))
        response.end(await ask('two'))
      }),
    )

    const recorded = await run({ path: '/' })
    const { answer } = await replay(recorded, { path: '/' })

    expect(answer.body).toBe(recorded.answer.body)
    expect(answer.headers).toMatchObject({
      'x-replay-status': 'pending',
      trailer: 'X-Replay-Status',
      'transfer-encoding': 'chunked',
    })
    expect(answer.trailers).toEqual({ 'x-replay-status': 'ok' })
    expect(recorded.answer.trailers).toEqual({})
  })

  it('says after the body what went wrong in it', async () => {
    const { run, replay, runs } = await record((app, ask) =>
      app.get('/:prompt', async ({ params }, response) => {
        response.write('begin ')
        response.end(await ask(params.prompt).catch(() => 'sorry'))
      }),
    )

    const recorded = await run({ path: '/grade' })
    const { answer, data } = await replay(recorded, { path: '/poem' })

    expect(answer).toMatchObject({ status: 200, body: 'begin sorry' })
    expect(answer.trailers['x-replay-status']).toMatch(/^miss=1\b/)
    expect(data.end?.endState).toBe('failure')
    expect(runs()).toBe(1)
  })

  it('stands beside the trailers of the app', async () => {
    const { run, replay } = await record((app) =>
      app.get('/', (_request, response) => {
        response.set('trailer', 'X-Digest').write('a')
        response.addTrailers({ 'X-Digest': 'abc' })
        response.addTrailers([['X-Length', '1']])
        response.end()
      }),
    )

    const recorded = await run({ path: '/' })
    const { answer } = await replay(recorded, { path: '/' })

    expect(answer.headers.trailer).toBe('X-Digest, X-Replay-Status')
    expect(answer.trailers).toEqual({ 'x-digest': 'abc', 'x-length': '1', 'x-replay-status': 'ok' })
  })

  it.each<[string, (response: Response) => unknown]>([
    ['response.json', (response) => response.json('a')],
    ['response.end', (response) => response.end('"a"')],
    [
      'a length in writeHead',
      (response) => response.writeHead(200, { 'Content-Length': 3 }).end('"a"'),
    ],
    [
      'a length and pieces',
      (response) => response.set('Content-Length', '3').write('"a"') && response.end(),
    ],
    ['status 204', (response) => response.status(204).end()],
  ])('stands in the head when the body is known: %s', async (_how, answerWith) => {
    const { run, replay } = await record((app) =>
      app.get('/', (_request, response) => void answerWith(response)),
    )

    const { answer } = await replay(await run({ path: '/' }), { path: '/' })

    expect(answer.headers['x-replay-status']).toBe('ok')
    expect(answer.headers).not.toHaveProperty('trailer')
  })

  it('is announced to nobody who could not read it', async () => {
    const { url, run, replay } = await record((app) =>
      app.get('/', (_request, response) => {
        response.write('a')
        response.end()
      }),
    )
    const { id } = await run({ path: '/' })

    const head = await replay({ id }, { path: '/', method: 'HEAD' })
    const old = await sendBytes(url, `GET / HTTP/1.0\r\nX-Replay: ${id}\r\n\r\n`)

    expect(head.answer.headers).not.toHaveProperty('trailer')
    expect(old).toMatch(/^HTTP\/1\.1 200 [\s\S]*X-Replay-Status: pending\r\n[\s\S]*\r\n\r\na$/)
    expect(old).not.toMatch(/trailer/i)
  })
})

describe('a replay that has failed', () => {
  it.each<[string, (response: Response) => void]>([
    ['json', (response) => void response.json('fine')],
    ['a redirect', (response) => response.redirect('/elsewhere')],
    ['a page that has not changed', (response) => void response.status(304).end()],
    ['a pipe', (response) => void Readable.from(['a', 'b']).pipe(response)],
    [
      'a flushed head',
      (response) => {
        response.flushHeaders()
        response.end('fine')
      },
    ],
    [
      'a head and pieces',
      (response) => {
        response.writeHead(200, 'Fine', { 'Content-Length': 2 })
        response.write('a')
        response.end('b')
      },
    ],
  ])('answers with its problem in the place of %s', async (_what, answerWith) => {
    const { run, replay, runs } = await record((app, ask) => askThen(app, ask, answerWith))

    const { answer, data } = await replay(
      await run({ path: '/1' }),
      { path: '/2' },
      ';match=strict',
    )

    expect(answer).toMatchObject(MISS)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      'x-replay-status': 'miss=1, leftover=1',
      'x-session-id': data.session.id,
    })
    expect(answer.headers).not.toHaveProperty('location')
    expect(data.end?.endState).toBe('failure')
    expect(runs()).toBe(1)
  })

  it('keeps of the headers of the app only what pages of other origins need', async () => {
    const { run, replay } = await record((app, ask) =>
      askThen(app, ask, (response) => {
        response.set({
          'Access-Control-Allow-Origin': '*',
          Vary: 'Origin',
          ETag: '"a"',
          'X-App': 'yes',
        })
        response.cookie('user', '7').json('fine')
      }),
    )

    const { answer } = await replay(await run({ path: '/1' }), { path: '/2' }, ';match=strict')

    expect(answer).toMatchObject(MISS)
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'X-Session-Id, X-Replay-Of, X-Replay-Status',
      vary: 'Origin',
    })
    for (const name of ['set-cookie', 'etag', 'x-app'])
      expect(answer.headers).not.toHaveProperty(name)
  })

  it('lets the app come to the end of what it writes', async () => {
    const done: string[] = []
    const { run, replay } = await record((app, ask) =>
      askThen(app, ask, async (response) => {
        await new Promise<void>((resolve) => void response.write('a', () => resolve()))
        done.push('written')
        await new Promise<void>((resolve) => void response.end(() => resolve()))
        done.push('ended')
      }),
    )

    const { answer } = await replay(await run({ path: '/1' }), { path: '/2' }, ';match=strict')

    expect(answer).toMatchObject(MISS)
    expect(done).toEqual(['written', 'ended', 'written', 'ended'])
  })

  it.each(['in front of', 'behind'])(
    'is readable when a compressor stands %s the middleware',
    async (place) => {
      const { url, store } = await record(
        (app, ask) => {
          if (place === 'behind') app.use(compress)
          askThen(app, ask, (response) => void response.json('fine'))
        },
        { before: (app) => void (place === 'in front of' && app.use(compress)) },
      )
      const recorded = await fetch(`${url}/1`)
      const id = recorded.headers.get('x-session-id') ?? ''
      await store.ended(id)
      const replay = (path: string) =>
        fetch(url + path, { headers: { 'X-Replay': `${id};match=strict` } })

      const served = await replay('/1')
      const failed = await replay('/2')

      expect(served.headers.get('content-encoding')).toBe('gzip')
      expect([served.status, await served.json()]).toEqual([200, 'fine'])
      expect([failed.status, await failed.json()]).toMatchObject([409, { code: 'REPLAY_MISS' }])
    },
  )
})

/** Asks the model with the number in the path, and answers the same whatever comes of it. */
function askThen(app: Express, ask: Ask, answerWith: (response: Response) => unknown): void {
  app.get('/:number', async ({ params }, response) => {
    await ask(params.number).catch(() => 'sorry')
    await answerWith(response)
  })
}

// As the usual middleware does it: what sends the response is replaced by what feeds a stream.
const compress: RequestHandler = (_request, response, next) => {
  const { writeHead, write, end } = senderOf(response)
  const gzip = createGzip()
  gzip.on('data', (chunk) => void Reflect.apply(write, response, [chunk]))
  gzip.on('end', () => void Reflect.apply(end, response, []))
  const begin = () => {
    if (!response.headersSent) response.writeHead(response.statusCode)
  }
  Object.assign(response, {
    writeHead(...args: unknown[]) {
      response.removeHeader('content-length')
      response.set('content-encoding', 'gzip')
      return Reflect.apply(writeHead, response, args) as unknown
    },
    write(chunk: unknown) {
      begin()
      return gzip.write(chunk)
    },
    end(chunk: unknown) {
      begin()
      gzip.end(chunk)
      return response
    },
  })
  next()
}
