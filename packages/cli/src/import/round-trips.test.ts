import type { Encoded, SessionData } from '@retake/core'
import { decode, parseCassette, serializeCassette } from '@retake/core/cassette-file'
import { createMemoryStore } from '@retake/core/stores/memory'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exportSession } from '@retake/interchange'
import { imported, recording, replaying, told } from './testing/replaying.ts'

interface Call {
  readonly path: string
  readonly method: string
  readonly type: string
  readonly body: string | Uint8Array<ArrayBuffer> | undefined
  readonly status: number
  readonly statusText: string
  readonly answerType: string
  readonly answer: Uint8Array<ArrayBuffer>
  readonly headers: readonly (readonly [string, string])[]
}

const plain = fc.string({ unit: 'binary', maxLength: 30 }).filter((text) => text.isWellFormed())
const bytes = fc
  .uint8Array({ minLength: 1, maxLength: 60 })
  .map((content) => new Uint8Array(content))
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value))
const form = fc
  .dictionary(fc.stringMatching(/^[a-z]{1,5}$/), plain, { minKeys: 1, maxKeys: 3 })
  .map((fields) => new URLSearchParams(fields).toString())
const events = fc
  .array(fc.tuple(fc.string(), fc.constantFrom('\n\n', '\r\n\r\n')), { minLength: 1, maxLength: 5 })
  .map((list) => list.map(([text, end]) => `data: ${JSON.stringify(text)}${end}`).join(''))

const request = fc.oneof(
  fc.record({ type: fc.constant(''), body: fc.constant(undefined) }),
  fc.record({ type: fc.constant('application/json'), body: json }),
  fc.record({
    type: fc.constant('application/x-www-form-urlencoded'),
    body: form,
  }),
  fc.record({ type: fc.constant('text/plain'), body: plain.filter((text) => text !== '') }),
  fc.record({ type: fc.constantFrom('image/png', 'application/json'), body: bytes }),
)

const encoded = (text: string) => new Uint8Array(new TextEncoder().encode(text))
const answer = fc.oneof(
  fc.record({ answerType: fc.constant('application/json'), answer: json.map(encoded) }),
  fc.record({ answerType: fc.constant('text/event-stream'), answer: events.map(encoded) }),
  fc.record({ answerType: fc.constant('text/html; charset=utf-8'), answer: plain.map(encoded) }),
  fc.record({ answerType: fc.constantFrom('image/png', 'text/plain'), answer: bytes }),
  fc.record({ answerType: fc.constant('text/plain'), answer: fc.constant(new Uint8Array()) }),
)

const value = fc.stringMatching(/^[a-z0-9]{1,8}$/)
const calls: fc.Arbitrary<readonly Call[]> = fc.array(
  fc
    .record({
      path: fc.webPath(),
      status: fc.constantFrom(200, 201, 204, 304, 404, 422, 429, 500),
      statusText: fc.constantFrom('', 'OK', 'Not at all'),
      headers: fc.array(fc.tuple(fc.constantFrom('vary', 'x-a', 'x-request-id'), value), {
        maxLength: 4,
      }),
      asked: request,
      answered: answer,
    })
    .map(({ asked, answered, ...rest }) => ({
      ...rest,
      ...asked,
      ...answered,
      method: asked.body === undefined ? 'GET' : 'POST',
    })),
  { minLength: 1, maxLength: 4 },
)

async function make(list: readonly Call[], fetch: typeof globalThis.fetch): Promise<object[]> {
  const answers: object[] = []
  for (const [index, { path, method, type, body }] of list.entries()) {
    const response = await fetch(`https://api.test/${index}${path}`, {
      method,
      ...(type === '' ? {} : { headers: { 'content-type': type } }),
      ...(body === undefined ? {} : { body }),
    })
    answers.push(await told(response))
  }
  return answers
}

function respond({ status, statusText, answerType, answer, headers }: Call): Response {
  const body = status === 204 || status === 304 ? null : answer
  const all = new Headers({ 'content-type': answerType })
  for (const [name, text] of headers) all.append(name, text)
  return new Response(body, { status, statusText, headers: all })
}

async function record(list: readonly Call[]): Promise<SessionData> {
  return recording(
    (url) => respond(list[Number(new URL(url).pathname.split('/')[1])] as Call),
    (fetch) => make(list, fetch),
  )
}

/** What of an event does not depend on when it was recorded, nor on how the network cut its body. */
function essence({ events: list }: SessionData): object[] {
  return list.map(({ kind, name, path, ord, state, request, outcome, redacted }) => ({
    kind,
    name,
    path,
    ord,
    state,
    request,
    redacted: redacted ?? false,
    head: outcome?.value,
    body: outcome?.stream && bytesOf(outcome.stream.parts).toString('hex'),
    end: outcome?.stream?.end,
    bytes: outcome?.stream?.bytes,
  }))
}

/** The bytes that were sent: a character that the network cut in two is noted before the text that it belongs to. */
function bytesOf(parts: readonly Encoded[]): Buffer {
  const pieces: Uint8Array[] = []
  let rest: Uint8Array[] = []
  for (const part of parts.map((stored) => decode(stored))) {
    if (typeof part === 'string') {
      pieces.push(Buffer.from(part), ...rest)
      rest = []
    } else if (part instanceof Uint8Array) pieces.push(part)
    else {
      const { head, tail } = part as { readonly head?: Uint8Array; readonly tail?: Uint8Array }
      if (head) pieces.push(head)
      if (tail) rest = [tail]
    }
  }
  return Buffer.concat(pieces)
}

function withoutStatusText(list: object[]): object[] {
  return list.map((event) => {
    const { head } = event as { readonly head: Readonly<Record<string, Encoded>> }
    return { ...event, head: { ...head, statusText: '' } }
  })
}

describe.each(['har', 'vcrpy'] as const)('what was recorded, through %s and back', (format) => {
  it('is the same requests and the same answers', async () => {
    const rule = fc.asyncProperty(calls, async (list) => {
      const recorded = await record(list)

      const { data } = imported(exportSession(recorded, format).text, format)

      expect(essence(data)).toStrictEqual(essence(recorded))
    })
    await fc.assert(rule, { seed: 12, numRuns: 150 })
  })

  it('is served to the calls that were recorded', async () => {
    const rule = fc.asyncProperty(calls, async (list) => {
      const recorded = await record(list)
      const answers = await replaying(recorded, (fetch) => make(list, fetch))

      const { data } = imported(exportSession(recorded, format).text, format)

      expect(await replaying(data, (fetch) => make(list, fetch))).toStrictEqual(answers)
    })
    await fc.assert(rule, { seed: 12, numRuns: 60 })
  })
})

describe('what was recorded, through nock and back', () => {
  it('is the same requests and the same answers, but for the text of the status', async () => {
    let compared = 0
    const rule = fc.asyncProperty(calls, async (list) => {
      const recorded = await record(list)
      const { text, notes } = exportSession(recorded, 'nock')
      // It says so where nock cannot tell a body.
      if (notes.some((note) => note.includes('another one'))) return
      compared++

      const { data } = imported(text, 'nock')

      expect(withoutStatusText(essence(data))).toStrictEqual(withoutStatusText(essence(recorded)))
    })
    await fc.assert(rule, { seed: 12, numRuns: 150 })
    expect(compared).toBeGreaterThan(80)
  })
})

describe('a redirect that an app handles itself', () => {
  it('stays one through HAR, and is noted where it does not', async () => {
    const send = async (fetch: typeof globalThis.fetch) => [
      await told(await fetch('https://api.test/a', { redirect: 'manual' })),
      await told(await fetch('https://api.test/b')),
    ]
    const recorded = await recording(
      (url) =>
        url.endsWith('/a')
          ? new Response(null, { status: 302, headers: { location: '/b' } })
          : new Response('there'),
      send,
    )

    const { text, notes } = exportSession(recorded, 'har')

    const { data } = imported(text, 'har')
    expect(await replaying(data, send)).toMatchObject([{ status: 302 }, { body: 'there' }])
    expect(notes).toEqual([
      'event 1 (http GET https://api.test/a) is a redirect that was not followed, which only HAR can tell',
    ])
  })
})

describe('an imported session', () => {
  it('is kept as a cassette and in a store, and replayed from there', async () => {
    const send = async (fetch: typeof globalThis.fetch) => [
      await told(await fetch('https://api.test/a', { method: 'POST', body: '{"a":1}' })),
      await told(await fetch('https://api.test/b')),
    ]
    const recorded = await recording((url) => Response.json({ url }), send)
    const { data } = imported(exportSession(recorded, 'har').text, 'har')
    const { text } = serializeCassette(data)
    const store = createMemoryStore()
    const log = store.open(data.session)
    for (const record of [...data.events, ...(data.end ? [data.end] : [])]) log.append(record)
    log.close()

    const cassette = parseCassette(text, () => new Uint8Array())
    const stored = await store.load(data.session.id)

    const answers = await replaying(data, send)
    expect(answers).toMatchObject([{ status: 200 }, { status: 200 }])
    expect(await replaying(cassette, send)).toEqual(answers)
    expect(await replaying(stored as SessionData, send)).toEqual(answers)
  })
})

describe.each(['har', 'vcrpy', 'nock'] as const)('a form with a file, through %s', (format) => {
  it('is the form that fetch records', async () => {
    const send = async (fetch: typeof globalThis.fetch) => {
      const body = new FormData()
      body.append('purpose', 'a "quoted"\nname')
      body.append('file', new Blob([new Uint8Array([0, 255, 13, 10, 45, 45])]), 'a.bin')
      body.append('file', new Blob(['text'], { type: 'text/plain' }), 'ü.txt')
      body.append('empty', '')
      return told(await fetch('https://api.test/files', { method: 'POST', body }))
    }
    const recorded = await recording(() => Response.json({ id: 1 }), send)

    const { data } = imported(exportSession(recorded, format).text, format)

    expect(data.events[0]?.request).toStrictEqual(recorded.events[0]?.request)
    expect(await replaying(data, send)).toMatchObject({ body: '{"id":1}' })
  })
})

describe('what cannot be told by a format of HTTP', () => {
  it('is noted', async () => {
    const recorded = await recording(
      (url) => {
        if (url.endsWith('/fails')) throw new TypeError('fetch failed')
        return new Response('data: 1\n\ndata: 2\n\n', {
          headers: { 'content-type': 'text/event-stream' },
        })
      },
      async (fetch) => {
        await fetch('https://api.test/fails').catch(() => {})
        await (await fetch('https://api.test/left')).body?.cancel()
      },
    )
    const [first] = recorded.events
    const llm = { ...first, kind: 'llm', seq: 3, name: 'openai/gpt-4o' }
    const withheld = { ...recorded.events[1], seq: 4, withheld: 'its value was too large' }
    const data = { ...recorded, events: [...recorded.events, llm, withheld] } as SessionData

    for (const format of ['har', 'vcrpy', 'nock'] as const) {
      const { notes } = exportSession(data, format)
      expect(notes.slice(0, 4)).toEqual([
        '1 of kind llm left out: recorded by an SDK adapter, above HTTP',
        'event 1 (http GET https://api.test/fails) was left out: it failed without an answer',
        'event 2 (http GET https://api.test/left) was cancelled before its end: only what was read of it is there',
        'event 4 (http GET https://api.test/left) was left out: its value was too large',
      ])
    }
  })
})
