import { once } from 'node:events'
import { type IncomingMessage, request as openRequest } from 'node:http'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { currentSession } from '@retake/core'
import type { HttpCall } from '@retake/testing'
import busboy from 'busboy'
import express, { type Express, type Request } from 'express'
import multer from 'multer'
import { describe, expect, it, vi } from 'vitest'
import { type Ask, record } from './testing/recorder.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' }
const TEXT_TYPE = { 'content-type': 'text/plain' }
const BYTES_TYPE = { 'content-type': 'application/octet-stream' }
const MULTIPART_TYPE = { 'content-type': 'multipart/form-data; boundary=---7' }
const MULTIPART = [
  '-----7',
  'Content-Disposition: form-data; name="essay"',
  '',
  'ü',
  '-----7--',
  '',
].join('\r\n')
const ESSAY = JSON.stringify({ essay: 'ü' })

interface Reader {
  /** Reads the body, and asks the model with what it read. */
  readonly mount: (app: Express, ask: Ask) => void
  readonly call: Omit<HttpCall, 'path'>
  readonly asked: string
  readonly recorded: object
}

const READERS: Readonly<Record<string, Reader>> = {
  'express.json': {
    mount: (app, ask) => parsed(app, express.json(), ask),
    call: { headers: JSON_TYPE, body: ESSAY },
    asked: ESSAY,
    recorded: { body: { essay: 'ü' } },
  },
  'express.json, gzip': {
    mount: (app, ask) => parsed(app, express.json(), ask),
    call: { headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: gzipSync(ESSAY) },
    asked: ESSAY,
    recorded: { body: { essay: 'ü' } },
  },
  'express.json, deflate': {
    mount: (app, ask) => parsed(app, express.json(), ask),
    call: { headers: { ...JSON_TYPE, 'content-encoding': 'deflate' }, body: deflateSync(ESSAY) },
    asked: ESSAY,
    recorded: { body: { essay: 'ü' } },
  },
  'express.json, brotli': {
    mount: (app, ask) => parsed(app, express.json(), ask),
    call: { headers: { ...JSON_TYPE, 'content-encoding': 'br' }, body: brotliCompressSync(ESSAY) },
    asked: ESSAY,
    recorded: { body: { essay: 'ü' } },
  },
  'express.urlencoded': {
    mount: (app, ask) => parsed(app, express.urlencoded(), ask),
    call: { headers: FORM_TYPE, body: 'essay=a&page=2' },
    asked: '{"essay":"a","page":"2"}',
    recorded: { body: 'essay=a&page=2' },
  },
  'express.text': {
    mount: (app, ask) => parsed(app, express.text(), ask),
    call: { headers: TEXT_TYPE, body: 'ü' },
    asked: '"ü"',
    recorded: { body: 'ü' },
  },
  'express.raw': {
    mount: (app, ask) => parsed(app, express.raw(), ask),
    call: { headers: BYTES_TYPE, body: Uint8Array.of(255, 0, 254) },
    asked: '{"type":"Buffer","data":[255,0,254]}',
    recorded: { body: expect.objectContaining({ $rt: expect.anything() }) },
  },
  multer: {
    mount: (app, ask) => parsed(app, multer().none(), ask),
    call: { headers: MULTIPART_TYPE, body: MULTIPART },
    asked: '{"essay":"ü"}',
    recorded: { bodyWithheld: 'it is multipart' },
  },
  busboy: {
    mount: (app, ask) => read(app, ask, byBusboy),
    call: { headers: MULTIPART_TYPE, body: MULTIPART },
    asked: 'essay=ü',
    recorded: { bodyWithheld: 'it is multipart' },
  },
  listeners: {
    mount: (app, ask) => read(app, ask, byListeners),
    call: { headers: TEXT_TYPE, body: 'ü' },
    asked: 'ü',
    recorded: { body: 'ü' },
  },
  'listeners of text': {
    mount: (app, ask) =>
      read(app, ask, (request, done) => byListeners(request.setEncoding('latin1'), done)),
    call: { headers: TEXT_TYPE, body: Buffer.from('ü', 'utf8') },
    asked: 'Ã¼',
    recorded: { body: 'ü' },
  },
  'for await': {
    mount: (app, ask) => read(app, ask, byIteration),
    call: { headers: TEXT_TYPE, body: 'ü' },
    asked: 'ü',
    recorded: { body: 'ü' },
  },
  pipeline: {
    mount: (app, ask) => read(app, ask, byPipeline),
    call: { headers: TEXT_TYPE, body: 'ü' },
    asked: 'ü',
    recorded: { body: 'ü' },
  },
}

describe('the body of a request', () => {
  for (const [name, { mount, call, asked, recorded }] of Object.entries(READERS)) {
    it(`is read in the session, and recorded: ${name}`, async () => {
      const { run, replay, runs } = await record(mount)

      const first = await run({ ...call, path: '/' })
      const replayed = await replay(first, { ...call, path: '/' }, ';match=strict')

      expect(first.data.events).toMatchObject([{ request: { prompt: asked }, state: 'ok' }])
      expect(first.data.session.request).toMatchObject(recorded)
      expect(replayed.answer.body).toBe(first.answer.body)
      expect(replayed.data.session.request).toMatchObject(recorded)
      expect(runs()).toBe(1)
    })
  }

  it('is recorded when it comes in pieces', async () => {
    let arrive = () => {}
    const arrived = new Promise<void>((resolve) => void (arrive = resolve))
    const { url, store } = await record((app, ask) =>
      read(app, ask, (request, done) => {
        byListeners(request, done)
        request.once('data', () => arrive())
      }),
    )

    const request = openRequest(url, { method: 'POST', headers: TEXT_TYPE })
    request.write('one, ')
    await arrived
    request.end('two')
    const [response] = (await once(request, 'response')) as [IncomingMessage]

    const { session, events } = await store.ended(String(response.headers['x-session-id']))
    expect(session.request?.body).toBe('one, two')
    expect(events).toMatchObject([{ request: { prompt: 'one, two' } }])
  })

  it.each([
    ['the app did not read all of it', { headers: TEXT_TYPE, body: 'a'.repeat(500_000) }],
    [
      'it is larger than 1048576 bytes',
      { path: '/all', headers: TEXT_TYPE, body: 'a'.repeat(1_048_577) },
    ],
    [
      'its encoding is not known',
      { path: '/all', headers: { 'content-encoding': 'constructor' }, body: 'a' },
    ],
    [
      'it could not be decoded, or is larger than 1048576 bytes',
      { path: '/all', headers: { 'content-encoding': 'gzip' }, body: 'not gzip' },
    ],
    [
      'it could not be decoded, or is larger than 1048576 bytes',
      {
        path: '/all',
        headers: { 'content-encoding': 'gzip' },
        body: gzipSync('a'.repeat(1_048_577)),
      },
    ],
  ])('is not recorded when %s', async (bodyWithheld, call) => {
    const { run } = await record((app) => {
      app.post('/all', async (request, response) => response.json((await text(request)).length))
      app.post('/', (_request, response) => void response.json('unread'))
    })

    const { data, answer } = await run({ path: '/', ...call })

    expect(answer.status).toBe(200)
    expect(data.session.request).toMatchObject({ bodyWithheld })
    expect(data.session.request).not.toHaveProperty('body')
  })

  it('is nothing to wait for when the app does not read it', async () => {
    const { run } = await record((app) => {
      app.post('/', (_request, response) => void response.json({ id: currentSession()?.id }))
    })

    const { id, answer, data } = await run({ path: '/', body: { essay: 1 } })

    expect(answer.body).toBe(JSON.stringify({ id }))
    expect(data.end?.endState).toBe('success')
  })
})

function parsed(app: Express, parser: express.RequestHandler, ask: Ask): void {
  app.post('/', parser, async ({ body }: Request<object, unknown, unknown>, response) => {
    const plain: unknown = Buffer.isBuffer(body) ? body.toJSON() : body
    response.json(await ask(JSON.stringify(plain)))
  })
}

// The model is asked where the reader says that it is done, as listeners do.
function read(app: Express, ask: Ask, reader: (request: Request, done: Done) => unknown): void {
  app.post('/', (request, response) => {
    reader(request, (whole) => void ask(whole).then((answer) => response.json(answer)))
  })
}

type Done = (whole: string) => void

function byListeners(request: Request, done: Done): void {
  const pieces: unknown[] = []
  request.on('data', (piece) => pieces.push(piece))
  request.on('end', () => done(pieces.join('')))
}

function byBusboy(request: Request, done: Done): void {
  const fields: string[] = []
  const parser = busboy({ headers: request.headers })
  parser.on('field', (name, value) => fields.push(`${name}=${value}`))
  parser.on('close', () => done(fields.join('&')))
  request.pipe(parser)
}

async function byIteration(request: Request, done: Done): Promise<void> {
  done(await text(request))
}

async function byPipeline(request: Request, done: Done): Promise<void> {
  const pieces: unknown[] = []
  await pipeline(
    request,
    new Writable({
      write(piece, _encoding, next) {
        pieces.push(piece)
        next()
      },
    }),
  )
  done(pieces.join(''))
}

it('is on record while the app still works on it, in case the process dies of it', async () => {
  const answered = Promise.withResolvers<void>()
  const { url, store } = await record((app, ask) => {
    app.post('/', express.json(), async (_request, response) => {
      await ask('p')
      await answered.promise
      response.end()
    })
  })

  const answer = fetch(url, { method: 'POST', headers: JSON_TYPE, body: ESSAY })
  const [session] = await vi.waitUntil(
    async () => {
      const listed = await store.list()
      return listed.length > 0 && listed
    },
    { timeout: 60_000 },
  )
  const data = await store.load(session?.id ?? '')
  answered.resolve()
  await answer

  expect(data?.session.request?.body).toEqual({ essay: 'ü' })
  expect(data?.end).toBeUndefined()
})
