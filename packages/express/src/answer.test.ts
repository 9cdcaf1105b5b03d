import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { senderOf } from '@retake/http/node'
import type { RequestHandler } from 'express'
import { describe, expect, it } from 'vitest'
import { record } from './testing/recorder.ts'

const ENCODERS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }

// As a middleware does that is mounted before ours.
const compressing: RequestHandler = (_request, response, next) => {
  const { end } = senderOf(response)
  const compressed = (text: string): unknown => Reflect.apply(end, response, [gzipSync(text)])
  response.end = compressed as typeof response.end
  next()
}

describe('the answer of a request', () => {
  it.each(Object.entries(ENCODERS))('is recorded as it was before %s', async (name, encode) => {
    const { run } = await record((app, ask) => {
      app.get('/', async (_request, response) => {
        response.setHeader('content-encoding', name)
        response.type('json').send(encode(JSON.stringify({ answer: await ask('ü') })))
      })
    })

    const { data } = await run({ path: '/' })

    expect(data.session.response).toMatchObject({
      status: 200,
      headers: { 'content-encoding': name },
      body: { answer: expect.stringContaining('ü') },
    })
    expect(data.events).toMatchObject([{ state: 'ok' }])
  })

  it('is withheld when its encoding cannot be undone', async () => {
    const { run } = await record((app, ask) => {
      app.get('/', async (_request, response) => {
        response.setHeader('content-encoding', 'constructor')
        response.send(Buffer.concat([Buffer.of(255, 254), Buffer.from(await ask('p'))]))
      })
    })

    const { response } = (await run({ path: '/' })).data.session

    expect(response).not.toHaveProperty('body')
    expect(response?.bodyWithheld).toBe('its encoding, constructor, could not be undone')
  })

  it('is recorded as text when what stands in front encodes it', async () => {
    const { run } = await record(
      (app, ask) => {
        app.get('/', async (_request, response) => {
          response.writeHead(200, {
            'content-type': 'application/json',
            'content-encoding': 'gzip',
          })
          response.end(JSON.stringify({ answer: await ask('p') }))
        })
      },
      { before: (app) => app.use(compressing) },
    )

    const { data } = await run({ path: '/' })

    expect(data.session.response).toMatchObject({
      headers: { 'content-encoding': 'gzip' },
      body: { answer: expect.any(String) },
    })
  })

  it('is recorded in pieces of text and bytes, whatever the app does with them afterwards', async () => {
    const { run } = await record((app, ask) => {
      app.get('/', async (_request, response) => {
        const bytes = Buffer.from('two ')
        response.write('b25lIA==', 'base64')
        response.write(bytes)
        bytes.fill('x')
        await ask('p')
        response.end('thrée')
      })
    })

    const { answer, data } = await run({ path: '/' })

    expect(data.session.response?.body).toBe('one two thrée')
    expect(answer.status).toBe(200)
  })

  it('has no body when none is sent', async () => {
    const { run } = await record((app, ask) => {
      app.use(async (_request, response) => {
        await ask('p')
        response.json({ long: 'x'.repeat(100) })
      })
    })

    const { response } = (await run({ method: 'HEAD', path: '/' })).data.session

    expect(response).toMatchObject({ status: 200 })
    expect(response).not.toHaveProperty('body')
  })

  it('is recorded of a replay too, and is the problem when that has failed', async () => {
    let prompt = 'p'
    const { run, replay } = await record((app, ask) => {
      app.get('/', async (_request, response) => {
        response.json({ answer: await ask(prompt).catch(() => 'sorry') })
      })
    })
    const recorded = await run({ path: '/' })

    const same = await replay(recorded, { path: '/' })
    prompt = 'something else altogether'
    const missed = await replay(recorded, { path: '/' }, ';match=strict')

    expect(same.data.session.response).toMatchObject({ body: recorded.data.session.response?.body })
    expect(missed.data.session.response).toMatchObject({
      status: 409,
      body: { code: 'REPLAY_MISS' },
    })
  })

  it('is recorded when calls go on after it', async () => {
    const { run } = await record((app, ask) => {
      app.get('/', async (_request, response) => {
        void ask('later')
        response.status(202).json({ accepted: true })
      })
    })

    const { response } = (await run({ path: '/' })).data.session

    expect(response).toMatchObject({ status: 202, body: { accepted: true } })
  })
})
