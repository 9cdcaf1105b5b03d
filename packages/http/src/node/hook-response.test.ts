import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createRetake } from '@retake/core'
import type { SessionData } from '@retake/format'
import { createMemoryStore } from '@retake/store'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Exchange } from '../exchange.ts'
import { openExchange } from '../open-exchange.ts'
import { hookOf, hookResponse, type ResponseHook } from './index.ts'

type Handle = (response: ServerResponse, hook: ResponseHook) => void

interface Served {
  readonly url: string
  /** The session of the first request, once it has ended. */
  readonly ended: () => Promise<SessionData | undefined>
}

/** Serves responses that are hooked. */
async function serve(handle: Handle): Promise<Served> {
  const retake = createRetake({ store: createMemoryStore(), log: false, keepEmpty: true })
  const first = Promise.withResolvers<Exchange>()
  const server = createServer(({ method = 'GET', url = '/' }, response) => {
    const request = { method, url, peer: undefined, header: () => undefined, headers: () => ({}) }
    const opening = openExchange(retake, request, request)
    if (opening === undefined || opening instanceof Promise || 'refused' in opening)
      throw new Error('not opened')
    first.resolve(opening.exchange)
    handle(response, hookResponse(response, opening.exchange))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => server.close().closeAllConnections())

  async function ended() {
    const exchange = await first.promise
    await exchange.settled()
    return retake.store.load(exchange.scope.session.id)
  }

  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, ended }
}

/** Answers one request. */
async function answer(handle: Handle) {
  const { url, ended } = await serve(handle)
  const [response] = (await once(get(url), 'response')) as [IncomingMessage]
  const body = await text(response)
  const { session, end } = (await ended()) as SessionData
  return { headers: response.headers, body, session, end }
}

const GIVEN = Object.freeze({
  'Content-Type': 'text/plain',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'ETag',
  'X-SESSION-ID': 'session-of-a-service-further-down',
})

const LIST = Object.entries(GIVEN).flat()

/** Ways in which a head is written with these headers. */
const WRITERS: Readonly<Record<string, (response: ServerResponse) => ServerResponse>> = {
  setHeader: (response) => response.setHeaders(new Map(Object.entries(GIVEN))),
  'an object': (response) => response.writeHead(200, GIVEN),
  'a phrase and an object': (response) => response.writeHead(200, 'Fine', GIVEN),
  'an object, after setHeader': (response) =>
    response.setHeader('ETag', '"a"').writeHead(200, GIVEN),
  'a list': (response) => response.writeHead(200, LIST),
  'a phrase and a list': (response) => response.writeHead(200, 'Fine', LIST),
  'a list of pairs': (response) => response.writeHead(200, Object.entries(GIVEN)),
}

describe('the head of a response of Node', () => {
  it.each(Object.entries(WRITERS))(
    'names the session, and is recorded, when it is written with %s',
    async (_how, write) => {
      const { headers, body, session } = await answer((response) => void write(response).end('a'))

      expect(headers).toMatchObject({
        'content-type': 'text/plain',
        'access-control-expose-headers': 'ETag, X-Session-Id',
        'x-session-id': session.id,
      })
      expect(body).toBe('a')
      expect(session.response).toMatchObject({
        status: 200,
        headers: { 'content-type': 'text/plain' },
        body: 'a',
      })
    },
  )

  it('is recorded as it was written after Node refused another one', async () => {
    const { headers, session } = await answer((response) => {
      expect(() => response.writeHead(200, { 'content-type': 'a\nb' })).toThrow('Invalid character')
      response.writeHead(500).end()
    })

    expect(headers['x-session-id']).toBe(session.id)
    expect(session.response).toMatchObject({ status: 500 })
    expect(session.response?.headers).not.toHaveProperty('content-type')
  })

  it('is written once, with the error that Node gives', async () => {
    const { session } = await answer((response) => {
      response.writeHead(200, { 'content-type': 'text/first' })
      expect(() => response.writeHead(500, { 'content-type': 'text/second' })).toThrow(
        expect.objectContaining({ code: 'ERR_HTTP_HEADERS_SENT' }),
      )
      response.end()
    })

    expect(session.response).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/first' },
    })
  })

  it('keeps every value that a list gives a header', async () => {
    const { headers } = await answer((response) => {
      response.setHeader('set-cookie', 'old=1')
      response.writeHead(200, ['set-cookie', ['a=1', 'b=2'], 'x-number', 7]).end()
    })

    expect(headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-number': '7' })
  })
})

describe('the end of a response of Node', () => {
  it('waits for a handler that goes on when its client has gone', async () => {
    const closed = Promise.withResolvers<ResponseHook>()
    const { url, ended } = await serve((response, hook) => {
      hook.isHandling = true
      response.on('close', () => closed.resolve(hook)).write('a')
    })

    const request = get(url)
    await once(request, 'response')
    request.destroy()
    const hook = await closed.promise

    expect(hook.isOver).toBe(false)
    hook.handled()
    expect((await ended())?.end?.endState).toBe('indeterminate')
  })

  it('comes once', async () => {
    const { end } = await answer((response, hook) => {
      response.end('a', () => hook.over('error', { error: new Error('broken') }))
    })

    expect(end).toMatchObject({ endState: 'failure', endReason: 'broken' })
  })

  it('leaves no response where none was sent', async () => {
    const { url, ended } = await serve((response) => void response.destroy())

    await once(get(url), 'error')

    expect((await ended())?.session).not.toHaveProperty('response')
  })
})

describe('hookOf', () => {
  it('gives the hook of a response, whatever stands around it', async () => {
    const found: unknown[] = []
    await answer((response, hook) => {
      const around = Object.create(response) as ServerResponse
      found.push(hookOf(response) === hook, hookOf(around) === hook)
      response.end()
    })

    expect(found).toEqual([true, true])
  })
})
