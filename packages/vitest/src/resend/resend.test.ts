import { once } from 'node:events'
import { createServer } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setImmediate as macrotask } from 'node:timers/promises'
import { call, createRetake, recorded, type SessionData } from '@retake/core'
import { withScope } from '@retake/http'
import { writeCassetteFile } from '@retake/core/stores/cassette-files'
import { createMemoryStore } from '@retake/core/stores/memory'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FetchHandler, resend, test } from '../index.ts'

interface Behaviour {
  degrees: number
  question: string
  answer: string
  stream: boolean
  extra: boolean
}

const USUAL: Behaviour = {
  degrees: 21,
  question: 'city?',
  answer: 'warm',
  stream: false,
  extra: false,
}

let liveCalls = 0
let folder: string
let usual: string
let streamed: string

/** An app that asks a model, then a tool, and answers with both. */
function createApp(behaviour: Partial<Behaviour> = {}, store = createMemoryStore()): FetchHandler {
  const { degrees, question, answer, stream, extra } = { ...USUAL, ...behaviour }
  const weather = recorded('tool', 'weather', async (_city: string) => ({ degrees }))
  const ask = (prompt: string) =>
    call({ kind: 'llm', name: 'gpt', request: { prompt } }, async () => {
      liveCalls++
      return 'Bern'
    })
  const retake = createRetake({ store, log: false })
  return withScope(
    async (request) => {
      const { name } = (await request.json()) as { name: string }
      const city = await ask(`${question} ${name}`)
      if (extra) await ask('extra')
      const found = await weather(city)
      if (stream) {
        const headers = { 'content-type': 'text/event-stream' }
        return new Response(`data: {"say":"${answer}"}\n\ndata: [DONE]\n\n`, { headers })
      }
      return Response.json({ city, answer, ...found, at: liveCalls })
    },
    { retake, peer: () => '127.0.0.1' },
  )
}

async function record(behaviour: Partial<Behaviour>, file: string): Promise<string> {
  const store = createMemoryStore()
  const response = await createApp(
    behaviour,
    store,
  )(
    new Request('http://localhost/ask?page=1', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"Ada"}',
    }),
  )
  await response.text()
  const [{ id } = { id: '' }] = await store.list()
  const path = join(folder, file)
  writeCassetteFile(path, (await ended(store, id))!)
  return path
}

async function ended(
  store: ReturnType<typeof createMemoryStore>,
  id: string,
): Promise<SessionData | undefined> {
  const data = await store.load(id)
  if (data?.end) return data
  await macrotask()
  return ended(store, id)
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'retake-resend-'))
  usual = await record({}, 'usual.cassette.json')
  streamed = await record({ stream: true }, 'streamed.cassette.json')
})

afterAll(() => rmSync(folder, { recursive: true }))

const IGNORE = { ignore: ['body.at'] }

describe('resend', () => {
  it('gives the answer, what was recorded, and how the replay went', async () => {
    const before = liveCalls

    const answer = await resend(createApp(), usual)

    expect(liveCalls).toBe(before)
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({ city: 'Bern', degrees: 21 })
    expect(answer.recorded?.body).toMatchObject({ city: 'Bern', degrees: 21 })
    expect(answer.report).toMatchObject({ served: 1, missed: [], drifted: [], leftover: [] })
    expect(answer.session).toMatchTrajectory(['llm gpt', 'tool weather'])
    expect(answer).toAnswerAsRecorded(IGNORE)
  })

  it.each([
    ['a function', () => createApp()],
    ['an object with fetch', () => ({ fetch: createApp() })],
    ['a listener of Node', () => onNode(createApp())],
    ['a server of Node', () => createServer(onNode(createApp()))],
  ])('takes %s', async (_name, make) => {
    expect(await resend(make(), pathToFileURL(usual))).toAnswerAsRecorded(IGNORE)
  })

  it('takes what may differ, for its report and for the matcher', async () => {
    const told = await resend(createApp(), usual, IGNORE)

    expect(told).toAnswerAsRecorded()
    expect(told.report.answer).toMatchObject({ differences: [], notCompared: [] })
    await expect(resend(createApp(), usual, { ignore: ['at'] })).rejects.toThrow('is no path')
  })

  it('takes the URL of a server', async () => {
    const server = createServer(onNode(createApp())).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }

    const answer = await resend(`http://127.0.0.1:${port}`, usual)
    server.close()

    expect(answer).toAnswerAsRecorded(IGNORE)
  })

  it('sends one cassette several times at once, each in a replay of its own', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => resend(createApp(), usual)))

    expect(new Set(answers.map(({ report }) => report.session)).size).toBe(3)
    for (const answer of answers) expect(answer).toAnswerAsRecorded(IGNORE)
  })

  it('says when the app does not replay', async () => {
    await expect(resend(() => new Response('hi'), usual)).rejects.toThrow(
      /did not replay session .* It answered 200: hi/,
    )
  })

  it('says when there is no cassette, with its whole path', async () => {
    await expect(resend(createApp(), './none.cassette.json')).rejects.toThrow(
      join(import.meta.dirname, 'none.cassette.json'),
    )
  })

  test('runs in a session of its own within a recorded test', async ({ session }) => {
    expect(await resend(createApp(), usual)).toAnswerAsRecorded(IGNORE)
    expect(session.calls).toEqual([])
  })
})

describe('toAnswerAsRecorded', () => {
  it.each<[string, Partial<Behaviour>, string]>([
    ['another answer', { answer: 'cold' }, 'body.answer  recorded "warm"  now "cold"'],
    ['a tool that gives something else', { degrees: 5 }, 'tool weather gives another outcome'],
    ['a request that differs', { question: 'town?' }, 'recorded "city? Ada"  now "town? Ada"'],
    ['a call more', { extra: true }, 'no recording for llm gpt'],
    ['the way out', { extra: true }, 'retake promote <session> --test <file> --force'],
  ])('names %s', async (_name, behaviour, message) => {
    const answer = await resend(createApp(behaviour), usual)

    expect(() => expect(answer).toAnswerAsRecorded(IGNORE)).toThrow(message)
  })

  it('names what was not asked for', async () => {
    const recordedWithMore = await record({ extra: true }, 'more.cassette.json')
    const answer = await resend(createApp(), recordedWithMore)

    expect(() => expect(answer).toAnswerAsRecorded(IGNORE)).toThrow('leftover: 2 llm gpt')
  })

  it('compares a stream of events by event', async () => {
    const same = await resend(createApp({ stream: true }), streamed)
    const other = await resend(createApp({ stream: true, answer: 'cold' }), streamed)

    expect(same).toAnswerAsRecorded()
    expect(() => expect(other).toAnswerAsRecorded()).toThrow(
      'body[0].data.say  recorded "warm"  now "cold"',
    )
  })

  it('fails where the cassette does not hold what was answered', async () => {
    const answer = await resend(createApp(), usual)

    const { body: _body, ...head } = answer.recorded!
    const cut = { ...answer, recorded: { ...head, bodyWithheld: 'it was not sent whole' } }

    expect(() => expect(cut).toAnswerAsRecorded()).toThrow(
      /body could not be compared: .* it was not sent whole/,
    )
    expect(cut).toAnswerAsRecorded({ ignore: ['body'] })
    expect(() => expect({ ...answer, recorded: undefined }).toAnswerAsRecorded()).toThrow(
      'does not hold what was answered',
    )
    expect(() => expect('text').toAnswerAsRecorded()).toThrow('takes what resend() gives')
  })
})

/** Serves a handler of the web by a server of Node. */
function onNode(handler: FetchHandler): Parameters<typeof createServer>[1] & object {
  return (incoming, outgoing) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk as Buffer)
      const request = new Request(new URL(incoming.url ?? '/', 'http://localhost'), {
        method: incoming.method ?? 'GET',
        headers: incoming.headers as Record<string, string>,
        body: Buffer.concat(chunks),
      })
      const response = await handler(request)
      outgoing.writeHead(response.status, Object.fromEntries(response.headers))
      outgoing.end(Buffer.from(await response.arrayBuffer()))
    })()
  }
}
