import { createRetake, type ReplayOptions, type Retake } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { afterEach, describe, expect, it } from 'vitest'
import { request as undiciRequest } from 'undici'
import { get, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from 'node:http'
import { once } from 'node:events'
import { propagate, retakeFetch } from './index.ts'
import { startUpstream, type Listener, type Upstream } from './testing/upstream.ts'

const stops: (() => unknown)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A service that keeps the headers it is sent. */
async function startService(
  listener: Listener = (_request, response) => response.end('ok'),
): Promise<Upstream & { readonly heard: IncomingHttpHeaders[] }> {
  const heard: IncomingHttpHeaders[] = []
  const upstream = await startUpstream((request, response) => {
    heard.push(request.headers)
    return listener(request, response)
  })
  stops.push(() => upstream.close())
  return Object.assign(upstream, { heard })
}

function createTestRetake(log: (text: string) => void = () => {}): Retake {
  return createRetake({
    store: createMemoryStore(),
    log,
    environment: { RETAKE_REPLAY_ENABLED: '1' },
  })
}

function ownHeadersOf(headers: IncomingHttpHeaders | undefined): readonly string[] {
  return Object.keys(headers ?? {}).filter((name) => /^(?:x-|baggage)/.test(name))
}

const idOf = (retake: Retake, run: () => Promise<unknown>) =>
  retake.session(async (session) => {
    await run()
    return session.id
  })

describe('propagate', () => {
  it.each<[string, (url: string) => Promise<unknown>]>([
    ['fetch', async (url) => (await fetch(url)).text()],
    ['a fetch that records', async (url) => (await retakeFetch()(url)).text()],
    ['undici', async (url) => (await undiciRequest(url)).body.text()],
    [
      'node:http',
      async (url) => {
        const [response] = (await once(get(url), 'response')) as [IncomingMessage]
        await once(response.resume(), 'end')
      },
    ],
  ])('tells a service of one’s own which session it works for: %s', async (_client, ask) => {
    const service = await startService()
    stops.push(propagate({ to: [service.url] }))

    const id = await idOf(createTestRetake(), () => ask(service.url))
    await ask(service.url)

    const [inside, outside] = service.heard
    expect(inside).toMatchObject({ 'x-session-id': id })
    expect(ownHeadersOf(inside)).toEqual(['x-session-hop', 'x-session-id'])
    expect(ownHeadersOf(outside)).toEqual([])
  })

  it('is not misled by a header that names a service of one’s own', async () => {
    const stranger = await startService()
    stops.push(propagate({ to: ['http://billing.internal'] }))

    await idOf(createTestRetake(), async () => {
      const options = { headers: { host: 'billing.internal' } }
      const [response] = (await once(get(stranger.url, options), 'response')) as [IncomingMessage]
      await once(response.resume(), 'end')
    })

    expect(ownHeadersOf(stranger.heard[0])).toEqual([])
  })

  it('signs the id where it has a secret', async () => {
    const service = await startService()
    stops.push(propagate({ to: [/^http:\/\/127\.0\.0\.1:\d+$/], secret: 'shared' }))

    await idOf(createTestRetake(), async () => (await fetch(service.url)).text())

    expect(service.heard[0]?.['x-session-id-sig']).toMatch(/^[\w-]{22}$/)
  })

  it('tells nobody else, not even by a redirect', async () => {
    const stranger = await startService()
    const service = await startService((_request, response) =>
      response.writeHead(302, { location: stranger.url }).end(),
    )
    stops.push(propagate({ to: [service.url] }))

    await idOf(createTestRetake(), async () => {
      await (await fetch(service.url, { headers: { baggage: 'a=b' } })).text()
      await (await fetch(stranger.url)).text()
    })

    expect(ownHeadersOf(service.heard[0])).toContain('x-session-id')
    expect(stranger.heard.map(ownHeadersOf)).toEqual([['baggage'], []])
    expect(service.heard[0]?.baggage).toBe('a=b')
  })

  it('tells requests apart that go to one service', async () => {
    const service = await startService()
    stops.push(propagate({ to: [service.url] }))
    const ask = async () => (await fetch(service.url)).text()
    const run = async () => {
      await ask()
      await Promise.all([ask(), ask()])
    }

    const retake = createTestRetake()
    await idOf(retake, run)
    await idOf(retake, run)

    const hops = service.heard.map((headers) => String(headers['x-session-hop']))
    expect(new Set(hops.slice(0, 3)).size).toBe(3)
    expect(new Set(hops)).toEqual(new Set(hops.slice(0, 3)))
  })

  it('gives a request the same hop wherever the service is that answers it', async () => {
    const [there, here] = [await startService(), await startService()]
    stops.push(propagate({ to: [there.url, here.url] }))
    const run = (url: string) => async () => {
      await Promise.all([fetch(`${url}/one?at=${url}`), fetch(`${url}/other`)])
    }

    await idOf(createTestRetake(), run(there.url))
    await idOf(createTestRetake(), run(here.url))

    const hopsOf = ({ heard }: typeof here) =>
      new Set(heard.map((headers) => headers['x-session-hop']))
    expect(hopsOf(here)).toEqual(hopsOf(there))
    expect(hopsOf(here).size).toBe(2)
  })

  it.each<[string, RequestOptions]>([
    ['a list of headers', { headers: ['Host', '127.0.0.1'] as never }],
    ['an expectation', { headers: { expect: '100-continue' } }],
  ])('sends nothing in a replay that cannot be told of it: %s', async (_what, options) => {
    const service = await startService()
    stops.push(propagate({ to: [/^http:\/\/127\.0\.0\.1/] }))
    const logged: string[] = []
    const retake = createTestRetake((text) => logged.push(text))
    const note = retake.recorded('tool', 'note', async () => 'noted')
    const run = async () => {
      await note()
      const [response] = (await once(get(service.url, options), 'response')) as [IncomingMessage]
      await once(response.resume(), 'end')
    }

    const id = await idOf(retake, run)

    await expect(retake.replay(id, run)).rejects.toMatchObject({ code: 'REPLAY_ESCAPE' })
    expect(service.heard).toHaveLength(1)
    expect(logged.filter((text) => text.includes('takes no more headers'))).not.toEqual([])
  })

  it('keeps fifty sessions apart that run at once', async () => {
    const service = await startService()
    stops.push(propagate({ to: [service.url] }))
    const retake = createTestRetake()

    const ids = await Promise.all(
      Array.from({ length: 50 }, () => idOf(retake, async () => (await fetch(service.url)).text())),
    )

    const heard = service.heard.map((headers) => headers['x-session-id'])
    expect(heard).toHaveLength(50)
    expect(new Set(heard)).toEqual(new Set(ids))
  })

  it('asks for a replay of the recorded session, and fails where the service does not replay', async () => {
    const service = await startService()
    stops.push(propagate({ to: [service.url] }))
    const retake = createTestRetake()
    const note = retake.recorded('tool', 'note', async () => 'noted')
    const run = async () => {
      await note()
      return (await fetch(service.url)).text()
    }
    const id = await idOf(retake, run)

    const replayed = retake.replay(id, run, { match: 'lenient' })

    await expect(replayed).rejects.toMatchObject({ code: 'REPLAY_ESCAPE' })
    expect(service.heard[1]).toMatchObject({ 'x-replay': `${id};match=lenient;miss=error` })
    expect(service.heard[1]?.['x-session-hop']).toBe(service.heard[0]?.['x-session-hop'])
    expect(service.heard[1]?.['x-session-id']).toBeUndefined()
  })

  it('fails where the service has missed something, whatever the app makes of its answer', async () => {
    const service = await startService((_request, response) =>
      response.writeHead(409, { 'x-replay-status': 'miss=1' }).end(),
    )
    stops.push(propagate({ to: [service.url] }))
    const retake = createTestRetake()
    const note = retake.recorded('tool', 'note', async () => 'noted')
    const run = async () => {
      await note()
      return (await fetch(service.url)).text()
    }

    await expect(retake.replay(await idOf(retake, run), run)).rejects.toMatchObject({
      code: 'REPLAY_MISS',
    })
  })

  describe.each<[string, (url: string) => Promise<unknown>]>([
    ['fetch', async (url) => (await fetch(url)).text()],
    [
      'node:http',
      async (url) => {
        const [response] = (await once(get(url), 'response')) as [IncomingMessage]
        await once(response.resume(), 'end')
      },
    ],
  ])('a service that streams, asked by %s', (_client, ask) => {
    async function replayWith(verdict: string, options: ReplayOptions): Promise<unknown> {
      const service = await startService((_request, response) => {
        response.writeHead(200, { 'x-replay-status': 'pending', trailer: 'x-replay-status' })
        response.write('begins')
        response.addTrailers({ 'x-replay-status': verdict })
        response.end()
      })
      stops.push(propagate({ to: [service.url] }))
      const retake = createTestRetake()
      const note = retake.recorded('tool', 'note', async () => 'noted')
      const run = async () => {
        await note()
        await ask(service.url)
        return 'done'
      }
      return retake.replay(await idOf(retake, run), run, options)
    }

    it('has failed when it tells so at its end', async () => {
      await expect(replayWith('miss=1', {})).rejects.toMatchObject({ code: 'REPLAY_MISS' })
    })

    it('has left recordings over, where none may be', async () => {
      const left = replayWith('leftover=2', {})

      await expect(left).rejects.toMatchObject({ code: 'REPLAY_LEFTOVER' })
      expect(await replayWith('leftover=2', { onLeftover: 'warn' })).toBe('done')
    })

    it('has gone well when it says that', async () => {
      expect(await replayWith('ok', {})).toBe('done')
    })
  })

  it('says so of an origin that is none', () => {
    expect(() => propagate({ to: ['billing'] })).toThrow(TypeError)
  })
})
