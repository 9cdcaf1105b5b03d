import { createRetake } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { callsOf } from '@retake/testing'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import { afterEach, describe, expect, it } from 'vitest'
import { patchFetch, retakeFetch, type RequestPattern, type RetakeFetchOptions } from './index.ts'
import { startUpstream } from './testing/upstream.ts'

const original = globalThis.fetch
const undo: (() => void)[] = []

afterEach(() => {
  for (const end of undo.splice(0)) end()
  globalThis.fetch = original
})

function patch(options?: RetakeFetchOptions): void {
  undo.push(patchFetch(options))
}

interface Rehearsed {
  readonly live: unknown
  readonly replayed: unknown
  readonly recorded: readonly string[]
  /** What a server was sent, while it was recorded and while it was replayed. */
  readonly sent: { readonly live: readonly string[]; readonly replayed: readonly string[] }
  readonly logged: readonly string[]
}

/** Records `run`, then replays it with the server still there: what it is sent shows. */
async function rehearse(
  run: (url: string) => Promise<unknown>,
  install: (url: string) => void = () => patch(),
): Promise<Rehearsed> {
  let paths: string[] = []
  const upstream = await startUpstream((incoming, response) => {
    paths.push(incoming.url ?? '')
    incoming.resume().on('end', () => response.end(`{"run":${paths.length}}`))
  })
  install(upstream.url)
  const logged: string[] = []
  const store = createMemoryStore()
  const log = (text: string) => void logged.push(text)
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  const fence = { loopback: false }
  const retake = createRetake({ store, log, environment, fence })
  const work = retakeFetch()
  const body = async () => {
    const { run: number } = (await (await work(`${upstream.url}/work`)).json()) as { run: number }
    return [number, await run(upstream.url)]
  }
  let id = ''
  const live = await retake.session((session) => {
    id = session.id
    return body()
  })
  const sent = paths
  paths = []
  const replayed: unknown = await retake.replay(id, body).catch((error: unknown) => error)
  await upstream.close()
  const names = callsOf((await store.load(id))!).map(({ name }) => new URL(name.split(' ')[1]!))
  return {
    live,
    replayed,
    recorded: names.map(({ pathname }) => pathname),
    sent: { live: sent, replayed: paths },
    logged,
  }
}

const OTLP = {
  method: 'POST',
  headers: { 'content-type': 'application/x-protobuf' },
  body: 'spans',
}

const statusOf = async (url: string, init?: RequestInit) => (await fetch(url, init)).status

async function statusByHttp(url: string): Promise<number | undefined> {
  const outgoing = request(url, { method: 'POST' }).end('spans')
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode
}

interface LangSmith {
  readonly Client: new (options: object) => {
    createRun(run: object): Promise<void>
    awaitPendingTraceBatches(): Promise<unknown>
  }
}

/** The LangSmith that LangChain brings along. */
function langsmith(): LangSmith {
  const here = createRequire(import.meta.url)
  return createRequire(here.resolve('@langchain/core/messages'))('langsmith') as LangSmith
}

describe('the exporter of another tool', () => {
  it('is left out, and sends what it has in a replay too', async () => {
    const { live, replayed, recorded, sent, logged } = await rehearse(async (url) => [
      await statusOf(`${url}/v1/traces`, OTLP),
      await statusOf(
        new Request(`${url}/api/7/envelope/?sentry_key=a`, { method: 'POST' }) as never,
      ),
    ])

    expect(replayed).toEqual(live)
    expect(recorded).toEqual(['/work'])
    expect(sent).toEqual({
      live: ['/work', '/v1/traces', '/api/7/envelope/?sentry_key=a'],
      replayed: ['/v1/traces', '/api/7/envelope/?sentry_key=a'],
    })
    expect(logged).toEqual([])
  })

  it('is left out where it is the client of LangSmith, at a host of its own', async () => {
    const { Client } = langsmith()

    const { recorded, sent, logged } = await rehearse(async (url) => {
      const client = new Client({ apiUrl: url, apiKey: 'none', autoBatchTracing: true })
      await client.createRun({
        name: 'haiku',
        run_type: 'chain',
        inputs: {},
        id: crypto.randomUUID(),
      })
      await client.awaitPendingTraceBatches()
    })

    expect(recorded).toEqual(['/work'])
    expect(sent.replayed.filter((path) => path.startsWith('/runs'))).not.toEqual([])
    expect(sent.replayed).not.toContain('/work')
    expect(logged).toEqual([])
  })

  it.each<readonly [string, (url: string) => readonly RequestPattern[]]>([
    ['an origin and a path', (url) => [`${url}/report`]],
    ['any text in a path', (url) => [`${url}/*port`]],
    ['an expression', () => [/\/report$/]],
    ['a function', () => [({ url, method }) => method === 'POST' && url.pathname === '/report']],
  ])('is left out that the app names by %s, whichever way it sends', async (_how, ignoreAt) => {
    const { live, replayed, recorded, sent, logged } = await rehearse(
      async (url) => [
        await statusOf(`${url}/report`, { method: 'POST', body: 'spans' }),
        await statusByHttp(`${url}/report`),
      ],
      (url) => patch({ ignore: ignoreAt(url) }),
    )

    expect(replayed).toEqual(live)
    expect(recorded).toEqual(['/work'])
    expect(sent.replayed).toEqual(['/report', '/report'])
    expect(logged).toEqual([])
  })
})

describe('what is no exporter', () => {
  it.each([
    ['a word', ['no pattern']],
    ['an empty text', ['']],
    ['a host', ['otel.internal']],
    ['another scheme', ['ftp://otel.internal']],
    ['a number', [4318]],
    ['nothing', [null]],
  ])('is said by name: %s', (_what, ignore) => {
    expect(() => retakeFetch(fetch, { ignore: ignore as never })).toThrow(
      /^ignore\[0\] must be an origin such as 'https:\/\/otel\.internal:4318'/,
    )
    expect(() => patchFetch({ ignore: ignore as never })).toThrow(/^ignore\[0\] must be/)
    expect(globalThis.fetch).toBe(original)
  })

  it('is recorded although a function fails on it', async () => {
    const { recorded, replayed, live } = await rehearse(
      async (url) => (await fetch(`${url}/chat`)).text(),
      () =>
        patch({
          ignore: [
            () => {
              throw new TypeError('Of the app.')
            },
          ],
        }),
    )

    expect(recorded).toEqual(['/work', '/chat'])
    expect(replayed).toEqual(live)
  })
})
