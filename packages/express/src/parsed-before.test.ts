import { createRetake } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { resendableRequest } from '@retake/http/resend'
import express, { type RequestHandler } from 'express'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { retakeMiddleware } from './index.ts'

/** Sends a request to an app whose parser stands before the middleware, and gives what is recorded of it. */
async function recordBehind(parser: RequestHandler, init: RequestInit) {
  const retake = createRetake({
    store: createMemoryStore(),
    log: false,
    keepEmpty: true,
    environment: { RETAKE_REPLAY_ENABLED: '1' },
  })
  const app = express().use(parser).use(retakeMiddleware(retake))
  app.post('/', ({ body }, response) => void response.json(body ?? null))
  const server = createServer(app)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const answer = await fetch(url, { method: 'POST', ...init })
  const id = answer.headers.get('x-session-id') ?? ''
  await answer.text()
  const load = () => retake.store.load(id)
  let data = await load()
  while (data?.end === undefined) data = await load()
  return { data, url }
}

describe('a body that was parsed before the middleware', () => {
  it.each<[string, RequestHandler, string, BodyInit, unknown]>([
    ['express.json', express.json(), 'application/json', '{"essay":"ü"}', { essay: 'ü' }],
    [
      'express.urlencoded',
      express.urlencoded(),
      'application/x-www-form-urlencoded',
      'essay=a&page=2',
      { essay: 'a', page: '2' },
    ],
    ['express.text', express.text(), 'text/plain', 'hello', 'hello'],
  ])('is recorded as the app has it: %s', async (_name, parser, type, body, recorded) => {
    const { data } = await recordBehind(parser, { headers: { 'content-type': type }, body })

    const { request } = data.session
    expect(request?.body).toEqual(recorded)
    expect(request?.bodyParsed).toBe(typeof recorded === 'string' ? undefined : true)
    expect(resendableRequest(data).body).toBe(body)
  })

  it('is sent again as it was before it was compressed', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    const body = gzipSync('{"essay":"ü"}')

    const { data, url } = await recordBehind(express.json(), { headers, body })
    const { headers: again, body: text } = resendableRequest(data)
    const replay = await fetch(url, {
      method: 'POST',
      headers: { ...again, 'X-Replay': data.session.id },
      body: text as string,
    })

    expect(await replay.json()).toEqual({ essay: 'ü' })
    expect(replay.headers.get('x-replay-status')).toBe('ok')
  })

  it('is said to be missing where nobody has kept it', async () => {
    const drain: RequestHandler = (request, _response, next) =>
      void request.resume().on('end', next)

    const { data } = await recordBehind(drain, {
      headers: { 'content-type': 'text/plain' },
      body: 'hello',
    })

    expect(data.session.request).toMatchObject({
      bodyWithheld: 'it was read before the middleware',
    })
    expect(() => resendableRequest(data)).toThrow(/it was read before the middleware/)
  })
})
