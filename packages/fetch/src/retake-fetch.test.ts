import { createRetake, isRetakeError } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { outcomeOf } from '@retake/format'
import { callsOf } from '@retake/testing'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { retakeFetch } from './index.ts'
import { rehearse, type Rehearsal, type RehearsalOptions } from './testing/rehearse.ts'
import { startUpstream, type Listener } from './testing/upstream.ts'

const fetch = retakeFetch()

/** Like `rehearse`, and asserts that all was served, and came out the same. */
async function expectSameAgain<T>(
  listener: Listener,
  run: (url: string) => Promise<T>,
  options?: RehearsalOptions,
): Promise<Rehearsal<T>> {
  const rehearsal = await rehearse(listener, run, options)
  expect(rehearsal.replayed).toStrictEqual(rehearsal.live)
  expect(rehearsal.report).toMatchObject({ status: 'ok' })
  expect(rehearsal.report.served).toBe(rehearsal.report.exact)
  expect(rehearsal.requests).toBe(callsOf(rehearsal.recording).length)
  return rehearsal
}

/** Sends chunks one by one, so that they arrive as they are. */
function inChunks(chunks: readonly Uint8Array[], headers: Record<string, string> = {}): Listener {
  return async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers })
    response.flushHeaders()
    for (const chunk of chunks) {
      await delay(5)
      response.write(chunk)
    }
    await delay(5)
    response.end()
  }
}

function jsonOf(response: Response): Promise<unknown> {
  return response.json()
}

async function readChunks(response: Response): Promise<readonly string[]> {
  const chunks: string[] = []
  for await (const chunk of response.body ?? [])
    chunks.push(Buffer.from(chunk as Uint8Array).toString('hex'))
  return chunks
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const echo: Listener = async (request, response) => {
  const body = await bodyOf(request)
  sendJson(response, { bytes: body.length, at: performance.now() })
}

function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-secret-of-mine' },
    body: JSON.stringify(body),
  })
}

describe('what is recorded and served', () => {
  it('answers with JSON again, with its status, headers and URL', async () => {
    const { live, recording } = await expectSameAgain(
      (_request, response) => {
        response.setHeader('x-request-id', 'r-1')
        response.setHeader('set-cookie', 'session=secret')
        sendJson(response, { at: performance.now() }, 201)
      },
      async (url) => {
        const response = await post(`${url}/things?q=1#top`, { name: 'a' })
        const { status, statusText, ok, redirected, type } = response
        return {
          head: { status, statusText, ok, redirected, type, url: response.url },
          id: response.headers.get('x-request-id'),
          value: await jsonOf(response),
        }
      },
    )

    expect(live.head).toMatchObject({ status: 201, ok: true, type: 'basic' })
    const [event] = callsOf(recording)
    expect(event).toMatchObject({ kind: 'http', state: 'ok' })
    expect(event?.name).toMatch(/^POST http:\/\/127\.0\.0\.1:\d+\/things$/)
    expect(event?.request).toMatchObject({ method: 'POST', body: { name: 'a' } })
    expect(JSON.stringify(recording)).not.toMatch(/sk-secret|session=secret/)
  })

  it('hands out the chunks of a stream just as the network cut them', async () => {
    const text = Buffer.from('data: {"a":"Grüße, 世界 🌍"}\r\n\r\ndata: [DONE]\n\n')
    // Within characters of two, three and four bytes, and within the end of a line.
    const cuts = [0, 14, 24, 25, 33, 34, 40, 41, text.length]
    const chunks = cuts.slice(1).map((end, at) => text.subarray(cuts[at], end))

    const { live } = await expectSameAgain(inChunks(chunks), async (url) =>
      readChunks(await fetch(url)),
    )

    expect(live).toEqual(chunks.map((chunk) => chunk.toString('hex')))
  })

  it.each([
    ['no text, though it says so', { 'content-type': 'text/plain' }],
    ['an image', { 'content-type': 'image/png' }],
    ['no type', {}],
  ])('keeps bytes that are %s', async (_what, headers) => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => 255 - index)

    const { live } = await expectSameAgain(inChunks([bytes, bytes], headers), async (url) =>
      readChunks(await fetch(url)),
    )

    expect(live.join('')).toBe(Buffer.concat([bytes, bytes]).toString('hex'))
  })

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ] as const)('keeps what was compressed with %s as it was before', async (encoding, compress) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding }

    const { live } = await expectSameAgain(
      (_request, response) => {
        response.writeHead(200, headers)
        response.end(compress(JSON.stringify({ at: performance.now() })))
      },
      async (url) => jsonOf(await fetch(url)),
    )

    expect(live).toMatchObject({ at: expect.any(Number) as number })
  })

  it.each([204, 205, 304])('answers with status %i, which has no body', async (status) => {
    const { live } = await expectSameAgain(
      (_request, response) => response.writeHead(status).end(),
      async (url) => {
        const response = await fetch(url)
        return { status: response.status, body: response.body, text: await response.text() }
      },
    )

    expect(live).toEqual({ status, body: null, text: '' })
  })

  it('answers HEAD', async () => {
    await expectSameAgain(echo, async (url) => {
      const response = await fetch(url, { method: 'HEAD' })
      return { status: response.status, text: await response.text() }
    })
  })

  it('tells where redirects have led', async () => {
    const listener: Listener = (request, response) => {
      if (request.url === '/old') response.writeHead(302, { location: '/new' }).end()
      else sendJson(response, { at: performance.now() })
    }
    const rehearsal = await rehearse(listener, async (url) => {
      const response = await fetch(`${url}/old`)
      const manual = await fetch(`${url}/old`, { redirect: 'manual' })
      return {
        followed: [response.redirected, response.url.endsWith('/new'), await jsonOf(response)],
        manual: [manual.status, manual.headers.get('location')],
      }
    })

    expect(rehearsal.replayed).toStrictEqual(rehearsal.live)
    expect(rehearsal.live.followed.slice(0, 2)).toEqual([true, true])
    expect(rehearsal.live.manual).toEqual([302, '/new'])
  })

  it('reads a body in every way', async () => {
    await expectSameAgain(
      (_request, response) => sendJson(response, { at: performance.now() }),
      async (url) => {
        const response = await fetch(url)
        const copy = response.clone()
        const copyOfCopy = copy.clone()
        return [
          await response.text(),
          new Uint8Array(await copy.arrayBuffer()),
          (await copyOfCopy.blob()).size,
          copy.url === response.url,
        ]
      },
    )
  })

  it('can be read into buffers, as the body of a real response can', async () => {
    await expectSameAgain(echo, async (url) => {
      const response = await fetch(url)
      const reader = response.body?.getReader({ mode: 'byob' })
      const { value } = (await reader?.read(new Uint8Array(5))) ?? {}
      await reader?.cancel()
      return Buffer.from(value ?? []).toString()
    })
  })

  it('can be read into a buffer to its end', async () => {
    await expectSameAgain(inChunks([Buffer.from('ab'), Buffer.from('c')]), async (url) => {
      const reader = (await fetch(url)).body?.getReader({ mode: 'byob' })
      const read: string[] = []
      for (;;) {
        const { done, value } = (await reader?.read(new Uint8Array(8))) ?? { done: true }
        if (done) return read
        read.push(Buffer.from(value).toString())
      }
    })
  })

  it('takes out a credential that the network has cut in two', async () => {
    const key = `sk-proj-${'a1B2'.repeat(10)}`
    const chunks = [`data: {"key":"${key.slice(0, 20)}`, key.slice(20), '"}\n\n']

    const { live, replayed, recording } = await rehearse(
      inChunks(chunks.map((chunk) => Buffer.from(chunk))),
      async (url) => (await fetch(url)).text(),
    )

    expect(live).toBe(chunks.join(''))
    expect(JSON.stringify(recording)).not.toContain(key.slice(20))
    expect(replayed).toMatch(/^data: \{"key":"«[\w-]+:1»"\}\n\n$/)
  })

  it('fails again as it failed', async () => {
    const closed = await startUpstream(echo)
    await closed.close()

    const { live } = await rehearse(echo, async () => failureOf(() => fetch(closed.url)))
    const { replayed } = await rehearse(echo, async () => failureOf(() => fetch(closed.url)))

    expect(live).toMatchObject({ name: 'TypeError', message: 'fetch failed' })
    expect(live.cause).toMatchObject({ code: 'ECONNREFUSED' })
    expect(replayed).toStrictEqual(live)
  })

  it('breaks off again where the connection broke', async () => {
    const { live } = await expectSameAgain(
      async (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/plain' })
        response.write('one')
        await delay(20)
        response.destroy()
      },
      async (url) => {
        const response = await fetch(url)
        return failureOf(() => response.text())
      },
    )

    expect(live).toMatchObject({ name: 'TypeError', message: 'terminated' })
  })

  it.each([
    ['retry-after', '60'],
    ['retry-after', '0'],
    ['retry-after', 'Wed, 21 Oct 2015 07:28:00 GMT'],
    ['retry-after-ms', '1500'],
    ['x-request-id', 'r-1'],
  ])('serves a failure with the header %s: %s as it was', async (name, value) => {
    await expectSameAgain(
      (_request, response) => {
        response.setHeader(name, value)
        sendJson(response, { error: { message: 'slow down' } }, 429)
      },
      async (url) => {
        const { status, headers } = await fetch(url)
        const names = ['retry-after', 'retry-after-ms', name]
        return { status, headers: names.map((header) => headers.get(header)) }
      },
    )
  })

  const LENGTH = 'content-length'

  it.each<[string, string | null, Listener, RequestInit?]>([
    [
      'a text',
      '5',
      (_request, response) => response.writeHead(200, { [LENGTH]: '5' }).end('hello'),
    ],
    [
      'the head of an answer',
      '1234',
      (_request, response) =>
        response.writeHead(200, { [LENGTH]: '1234', 'content-encoding': 'gzip' }).end(),
      { method: 'HEAD' },
    ],
    [
      'what was compressed',
      null,
      (_request, response) => {
        const body = gzipSync('hello')
        response.writeHead(200, { [LENGTH]: body.length, 'content-encoding': 'gzip' }).end(body)
      },
    ],
  ])('tells the length of %s where it is true', async (_what, told, listener, init) => {
    const { replayed } = await rehearse(listener, async (url) => {
      const response = await fetch(url, init)
      await response.text()
      return response.headers.get(LENGTH)
    })

    expect(replayed).toBe(told)
  })

  it('hands out responses that apps make others of, as those of the platform', async () => {
    await expectSameAgain(echo, async (url) => {
      const response = await fetch(url, { method: 'POST', body: 'a' })
      const Made = response.constructor as typeof Response
      const made = new Made('text', { status: 201 })
      const copy = response.clone()
      expect(Made).toBe(Response)
      expect(copy.constructor).toBe(Response)
      expect([made.status, await made.text(), made.url]).toEqual([201, 'text', ''])
      expect([copy.url, copy.redirected, copy.type]).toEqual([response.url, false, 'basic'])
      return [await jsonOf(response), await jsonOf(copy)]
    })
  })
})

describe('addresses', () => {
  it.each([
    ['a data URL', () => 'data:text/plain,hi'],
    ['a blob URL', () => URL.createObjectURL(new Blob(['hi']))],
  ])('reads %s for real, always', async (_what, address) => {
    const { live, replayed, recording } = await rehearse(echo, async () =>
      (await fetch(address())).text(),
    )

    expect([live, replayed]).toEqual(['hi', 'hi'])
    expect(callsOf(recording)).toEqual([])
  })

  it('fails for one that is none, as without a session', async () => {
    const bare = await failureOf(() => globalThis.fetch('nonsense'))

    const { live, replayed } = await rehearse(echo, () => failureOf(() => fetch('nonsense')))

    expect([live, replayed]).toEqual([bare, bare])
  })
})

describe('requests', () => {
  const form = () => {
    const data = new FormData()
    data.append('model', 'whisper')
    data.append('file', new File(['sound'], 'a.wav', { type: 'audio/wav' }))
    return data
  }
  const streamOf = (...chunks: readonly string[]) =>
    new Blob(chunks.map((chunk) => new Blob([chunk]))).stream()

  it.each<[string, (url: string) => Promise<Response>]>([
    ['a text', (url) => fetch(url, { method: 'POST', body: 'text' })],
    ['JSON', (url) => post(url, { a: [1, 2] })],
    ['bytes', (url) => fetch(url, { method: 'POST', body: Uint8Array.of(0, 255) })],
    ['a buffer', (url) => fetch(url, { method: 'PUT', body: new Uint8Array([1, 2]).buffer })],
    ['a blob', (url) => fetch(url, { method: 'POST', body: new Blob(['a']) })],
    ['a form', (url) => fetch(url, { method: 'POST', body: form() })],
    ['fields', (url) => fetch(url, { method: 'POST', body: new URLSearchParams({ a: 'b' }) })],
    [
      'a stream',
      (url) => fetch(url, { method: 'POST', body: streamOf('a', 'b'), duplex: 'half' } as never),
    ],
    ['a request', (url) => fetch(new Request(url, { method: 'POST', body: '{"a":1}' }))],
    ['a request with a form', (url) => fetch(new Request(url, { method: 'POST', body: form() }))],
    ['a request and more', (url) => fetch(new Request(url), { method: 'POST', body: 'b' })],
    ['a URL', (url) => fetch(new URL(url))],
  ])('sends %s as it is, and knows it again', async (_what, send) => {
    const { live } = await expectSameAgain(echo, async (url) => jsonOf(await send(url)))
    const bare = await rehearse(echo, async (url) => jsonOf(await send(url)))

    expect(live).toMatchObject({ bytes: (bare.live as { bytes: number }).bytes })
  })

  it('are numbered in the order in which they were made', async () => {
    const { recording } = await expectSameAgain(echo, async (url) => {
      const made = ['a', 'b', 'c'].map((name) => post(url, { name }))
      return Promise.all((await Promise.all(made)).map(jsonOf))
    })

    const names = callsOf(recording).map(
      ({ request }) => (request as { body: { name: string } }).body.name,
    )
    expect(names).toEqual(['a', 'b', 'c'])
  })

  it.each<[string, (url: string) => Promise<Response>]>([
    ['another body', (url) => post(url, { name: 'b' })],
    ['another method', (url) => fetch(url, { method: 'PUT', body: '{"name":"a"}' })],
    ['another query', (url) => post(`${url}?x=1`, { name: 'a' })],
    ['another path', (url) => post(`${url}/x`, { name: 'a' })],
  ])('with %s are not served', async (_what, send) => {
    let isReplay = false
    const outcome = rehearse(echo, async (url) => {
      const response = await (isReplay ? send(url) : post(url, { name: 'a' }))
      isReplay = true
      return response.status
    })

    await expect(outcome).rejects.toMatchObject({ code: 'REPLAY_MISS' })
  })

  it('are told apart by the headers that an app counts, and by no others', async () => {
    const counting = retakeFetch(undefined, { countedHeaders: ['X-Tenant'] })
    let calls = 0
    const run = (header: string) => async (url: string) => {
      const headers = { [header]: String(calls++) }
      return jsonOf(await counting(url, { headers }))
    }

    await expectSameAgain(echo, run('x-trace'))
    await expect(rehearse(echo, run('x-tenant'))).rejects.toMatchObject({ code: 'REPLAY_MISS' })
  })
})

it('stores a text that a fork was served as a text', async () => {
  const store = createMemoryStore()
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  const retake = createRetake({ store, log: false, environment })
  const upstream = await startUpstream(inChunks([Buffer.from('data: ü\n\n')]))
  const run = async () => (await fetch(upstream.url)).text()

  const recorded = await retake.session(async ({ id }) => ({ id, text: await run() }))
  const fork = await retake.replay(
    recorded.id,
    async (session) => ({ id: session.id, text: await run() }),
    { until: 1, onMiss: 'live' },
  )
  await upstream.close()

  const partsOf = async (id: string) =>
    outcomeOf(callsOf((await store.load(id))!)[0]!)?.stream?.parts
  expect(fork.text).toBe(recorded.text)
  expect(await partsOf(fork.id)).toEqual(['data: ü\n\n'])
  expect(await partsOf(recorded.id)).toEqual(['data: ü\n\n'])
})

describe('misses', () => {
  it('are answered so that nobody tries again, and fail the session whatever the app does', async () => {
    let answer: unknown
    let isReplay = false

    const outcome = rehearse(echo, async (url) => {
      const response = await post(url, { name: isReplay ? 'b' : 'a' })
      if (isReplay)
        answer = [response.status, response.headers.get('x-should-retry'), await jsonOf(response)]
      isReplay = true
    })

    await expect(outcome).rejects.toMatchObject({ code: 'REPLAY_MISS' })
    expect(answer).toEqual([
      400,
      'false',
      {
        type: 'error',
        error: {
          type: 'replay_error',
          code: 'REPLAY_MISS',
          param: null,
          message: expect.stringMatching(/no recording for http POST .*"a".*"b"/s) as string,
        },
      },
    ])
  })
})

describe('what it leaves alone', () => {
  it('requests outside of sessions', async () => {
    const upstream = await startUpstream(echo)

    const response = await fetch(upstream.url)

    expect(response.constructor).toBe(Response)
    await response.text()
    await upstream.close()
  })

  it('what another adapter records', async () => {
    const store = createMemoryStore()
    const retake = createRetake({ store, log: false })
    const upstream = await startUpstream(echo)
    const ask = retake.recorded('llm', 'model', async () => jsonOf(await fetch(upstream.url)))

    const id = await retake.session(async (session) => {
      await ask()
      return session.id
    })

    const recording = await store.load(id)
    expect(callsOf(recording!).map(({ kind }) => kind)).toEqual(['llm'])
    await upstream.close()
  })

  it('the abort of a caller, which reaches the server', async () => {
    let isClosed = false
    const { live, replayed } = await rehearse(
      (_request, response) => void response.on('close', () => (isClosed = true)),
      async (url) => {
        const { signal, abort } = aborter()
        setTimeout(abort, 30)
        return failureOf(() => fetch(url, { signal }))
      },
    )

    expect(live.name).toBe('AbortError')
    expect(replayed).toStrictEqual(live)
    expect(isClosed).toBe(true)
  })

  it('the limit of time that a caller has set', async () => {
    const { live, replayed } = await rehearse(
      (_request, response) => void response.writeHead(200).write('a'),
      async (url) => {
        const response = await fetch(url, { signal: AbortSignal.timeout(50) })
        return failureOf(() => response.text())
      },
    )

    expect(live.name).toBe('TimeoutError')
    expect(replayed).toStrictEqual(live)
  })

  it('the pace of a reader: nothing is read ahead, and who stops stops the server', async () => {
    let isClosed = false
    const chunks = Array.from({ length: 1000 }, () => new Uint8Array(65_536))
    const listener: Listener = async (_request, response) => {
      response.on('close', () => (isClosed = !response.writableFinished))
      response.writeHead(200, { 'content-type': 'application/octet-stream' })
      for (const chunk of chunks) if (!response.write(chunk)) await delay(1)
    }

    const { live } = await expectSameAgain(listener, async (url) => {
      const reader = (await fetch(url)).body?.getReader()
      const { value } = (await reader?.read()) ?? {}
      await reader?.cancel()
      return value?.length
    })

    expect(live).toBeGreaterThan(0)
    await vi.waitFor(() => expect(isClosed).toBe(true), { timeout: 60_000 })
  })
})

describe('what it cannot record', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['no URL', () => fetch('nowhere')],
    ['a body that was read before', async () => fetch(await readRequest())],
  ])('fails as it would by itself: %s', async (_what, run) => {
    const bare = await failureOf(run)
    const recorded = await rehearse(echo, () => failureOf(run))

    expect(recorded.live).toEqual(bare)
  })

  it.each<[string, (url: string) => unknown]>([
    ['a response of another kind', () => ({ status: 200, headers: new Map(), body: 'text' })],
    [
      'a body that somebody reads',
      async (url) => {
        const response = await globalThis.fetch(url)
        response.body?.getReader()
        return response
      },
    ],
  ])('goes to the app as it is, and is refused in a replay: %s', async (_what, real) => {
    const strange = retakeFetch((url) => real(url as string) as Promise<Response>)
    const seen: unknown[] = []

    const outcome = rehearse(echo, async (url) => {
      const response = await strange(url)
      seen.push(response.status)
    })

    await expect(outcome).rejects.toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
    expect(seen).toEqual([200, 400])
  })
})

describe('many at a time', () => {
  it('keeps 200 sessions apart, recorded and replayed at once', async () => {
    const upstream = await startUpstream(echo)
    const retake = createRetake({
      store: createMemoryStore(),
      log: false,
      environment: { RETAKE_REPLAY_ENABLED: '1' },
    })
    const agent = (number: number) => async () => {
      const first = await jsonOf(await post(upstream.url, { number }))
      const second = await jsonOf(await post(upstream.url, { number, first }))
      return JSON.stringify([first, second])
    }
    const record = (number: number) =>
      retake.session(async ({ id }) => ({ id, number, answer: await agent(number)() }))

    const recorded = await Promise.all(Array.from({ length: 100 }, (_, number) => record(number)))
    const [replayed] = await Promise.all([
      Promise.all(recorded.map(({ id, number }) => retake.replay(id, agent(number)))),
      Promise.all(Array.from({ length: 100 }, (_, number) => record(number))),
    ])

    expect(replayed).toEqual(recorded.map(({ answer }) => answer))
    expect(upstream.requests).toBe(400)
    await upstream.close()
  })
})

async function readRequest(): Promise<Request> {
  const request = new Request('http://127.0.0.1:9', { method: 'POST', body: 'a' })
  await request.text()
  return request
}

function aborter(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}

/** What a promise fails with, as plain data. */
async function failureOf(run: () => Promise<unknown>): Promise<{
  readonly name: string
  readonly message: string
  readonly cause?: unknown
}> {
  try {
    await run()
  } catch (error) {
    if (isRetakeError(error)) throw error
    const { name, message, cause } = error as Error & { cause?: { code?: string } }
    return { name, message, ...(cause ? { cause: { code: cause.code } } : {}) }
  }
  throw new Error('It did not fail.')
}
