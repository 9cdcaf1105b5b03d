import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { Readable, Stream } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { retakeFetch } from './index.ts'
import { rehearse } from './testing/rehearse.ts'
import { startUpstream, type Listener } from './testing/upstream.ts'

type Fetch = typeof globalThis.fetch

const failing = () =>
  new ReadableStream({
    pull() {
      throw new Error('The disk is gone.')
    },
  })

async function* generate(...texts: readonly string[]) {
  for (const part of texts) yield new TextEncoder().encode(part)
}

/** How a request arrives: its type, its framing, and what it holds. */
const tell: Listener = async (request, response) => {
  const {
    'content-type': type,
    'content-length': length,
    'transfer-encoding': how,
  } = request.headers
  const body = await text(request).catch((error: unknown) => String(error))
  response.end(JSON.stringify({ type: type ?? null, length, how, body }))
}

async function outcomeOf(sent: Promise<Response>): Promise<unknown> {
  try {
    return await (await sent).json()
  } catch (error) {
    const { name, message, cause } = error as Error
    return { name, message, cause: (cause as Error | undefined)?.message }
  }
}

const BODIES: Readonly<Record<string, () => object>> = {
  'a web stream': () => ({ body: new Blob(['hello']).stream(), duplex: 'half' }),
  'a generator': () => ({ body: generate('hel', 'lo'), duplex: 'half' }),
  'a stream of Node': () => ({ body: Readable.from([Buffer.from('hello')]), duplex: 'half' }),
  'a file': () => ({ body: createReadStream(import.meta.filename), duplex: 'half' }),
  'a stream that fails': () => ({ body: failing(), duplex: 'half' }),
  'a stream without duplex': () => ({ body: new Blob(['hello']).stream() }),
  'a stream of Node without duplex': () => ({ body: Readable.from(['hello']) }),
  'a stream of numbers': () => ({ body: Readable.from([1, 2]), duplex: 'half' }),
  'an object that has a text': () => ({ body: { toString: () => 'odd' } }),
  'a number': () => ({ body: 42 }),
  'a text for GET': () => ({ method: 'GET', body: 'hello' }),
}

describe('recording does not change what is sent', () => {
  it.each(Object.keys(BODIES))('of %s', async (what) => {
    const send = (fetch: Fetch) => (url: string) =>
      outcomeOf(fetch(url, { method: 'POST', ...BODIES[what]!() }))
    const upstream = await startUpstream(tell)
    const bare = await send(globalThis.fetch)(upstream.url)
    await upstream.close()

    const { live, replayed } = await rehearse(tell, send(retakeFetch()))

    expect(live).toEqual(bare)
    expect(replayed).toEqual(bare)
  })
})

/** As `form-data` does: a stream from before there were iterators, which knows the boundary of its parts. */
class OldForm extends Stream {
  readonly #boundary = `b${Math.random()}`
  readonly #value: string

  constructor(value: string) {
    super()
    this.#value = value
  }

  getBoundary(): string {
    return this.#boundary
  }

  override pipe<T extends NodeJS.WritableStream>(target: T): T {
    const field = `Content-Disposition: form-data; name="a"\r\n\r\n${this.#value}`
    target.end(`--${this.#boundary}\r\n${field}\r\n--${this.#boundary}--\r\n`)
    return target
  }

  override toString(): string {
    return '[object FormData]'
  }
}

/** As `node-fetch` does: it pipes what it is given, and knows the type of a form by its boundary. */
const pipingFetch = (async (
  url: string,
  { body, headers }: { body: OldForm; headers?: object },
) => {
  const type = `multipart/form-data; boundary=${body.getBoundary()}`
  const options = { method: 'POST', headers: { ...headers, 'content-type': type } }
  const sent = httpRequest(url, options)
  body.pipe(sent)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  return new Response(await text(answer), { status: answer.statusCode ?? 200 })
}) as unknown as Fetch

describe('an old stream that another implementation of fetch sends', () => {
  const send = (value: string) => async (url: string) => {
    const form = new OldForm(value)
    const headers = { 'content-type': `multipart/form-data; boundary=${form.getBoundary()}` }
    const init = { method: 'POST', body: form, headers } as unknown as RequestInit
    const told = (await (await retakeFetch(pipingFetch)(url, init)).json()) as { body: string }
    return told.body.replaceAll(/b0\.\d+/g, 'b')
  }

  it('arrives as it is, and is known again with another boundary', async () => {
    const { live, replayed, report } = await rehearse(tell, send('1'))

    expect(live).toContain('name="a"\r\n\r\n1\r\n')
    expect(replayed).toBe(live)
    expect(report.status).toBe('ok')
  })

  it('is another one with another field', async () => {
    const values = ['1', '2']
    const outcome = rehearse(tell, (url) => send(values.shift()!)(url))

    await expect(outcome).rejects.toMatchObject({ code: 'REPLAY_MISS' })
  })
})
