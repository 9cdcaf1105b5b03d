import { once } from 'node:events'
import { mkdtempSync, createReadStream, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { text as textOf } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { call, recorded } from '../index.ts'
import { record } from '../../test/record.ts'
import { streamOf } from '../../test/streams.ts'
import { createTestRetake } from '../../test/test-retake.ts'
import { thrown } from '../../test/thrown.ts'

// Not among the types of the web.
const { from } = ReadableStream as unknown as { from: (parts: readonly string[]) => unknown }

const encode = (text: string) => new TextEncoder().encode(text)

function fileOf(text: string): unknown {
  const path = join(mkdtempSync(join(tmpdir(), 'retake-')), 'audio')
  writeFileSync(path, text)
  return createReadStream(path)
}

const STREAMS: Readonly<Record<string, (text: string) => unknown>> = {
  'new ReadableStream': (text) => streamOf([text]),
  'a stream of bytes': (text) =>
    new ReadableStream({
      type: 'bytes',
      start(controller) {
        controller.enqueue(encode(text))
        controller.close()
      },
    }),
  'ReadableStream.from': (text) => from([text]),
  pipeThrough: (text) => streamOf([text]).pipeThrough(new TransformStream()),
  tee: (text) => streamOf([text]).tee()[0],
  'the stream of a Blob': (text) => new Blob([text]).stream(),
  'a body': (text) => new Response(text).body,
  'Readable.from': (text) => Readable.from([text]),
  'a PassThrough': (text) => new PassThrough().end(text),
  'a file': fileOf,
  'a web stream of a Node stream': (text) => Readable.toWeb(Readable.from([text])),
}

type Stream = ReadableStream | Readable
type Read = (stream: Stream) => Promise<unknown>

const isNode = (stream: Stream): stream is Readable => stream instanceof Readable

async function iterate(stream: Stream | AsyncIterable<unknown>): Promise<string> {
  let all = ''
  for await (const part of stream as AsyncIterable<unknown>)
    all += typeof part === 'string' ? part : Buffer.from(part as Uint8Array).toString()
  return all
}

/** Ways in which a function may read what it was given. */
const WAYS: Readonly<Record<string, Read>> = {
  'an iteration': iterate,
  consumers: (stream) => textOf(stream as Readable),
  'a reader, or events': async (stream) => {
    if (isNode(stream)) {
      let all = ''
      stream.on('data', (part) => (all += String(part)))
      await once(stream, 'end')
      return all
    }
    const reader = stream.getReader()
    let all = ''
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return all
      all += typeof value === 'string' ? value : Buffer.from(value as Uint8Array).toString()
    }
  },
  pipes: async (stream) => {
    let all = ''
    if (isNode(stream)) {
      const sink = new Writable({
        write(chunk, _encoding, done) {
          all += String(chunk)
          done()
        },
      })
      await pipeline(stream, sink)
    } else {
      const sink = new WritableStream({
        write: (chunk) =>
          void (all +=
            typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString()),
      })
      await stream.pipeTo(sink)
    }
    return all
  },
}

const upload = (read: Read) =>
  recorded('tool', 'upload', async ({ audio }: { audio: unknown }) => ({
    uploaded: await read(audio as never),
  }))

const cases = Object.keys(STREAMS).flatMap((of) => Object.keys(WAYS).map((by) => ({ of, by })))

describe('a request that holds a stream', () => {
  it.each(cases)(
    'is served where the stream holds the same: $of, read by $by',
    async ({ of, by }) => {
      const retake = createTestRetake()
      const make = STREAMS[of]!
      const tool = upload(WAYS[by]!)
      const { id, result } = await record(retake, () => tool({ audio: make('hello') }))

      expect(result).toEqual({ uploaded: 'hello' })
      expect(await retake.replay(id, () => tool({ audio: make('hello') }))).toEqual(result)
      const refused = await thrown(retake.replay(id, () => tool({ audio: make('other') })))
      expect(refused).toMatchObject({ code: 'REPLAY_MISS' })
      expect(String(refused)).toContain('recorded 5 "hello"')
      expect(String(refused)).toContain('now      5 "other"')
      const longer = await thrown(retake.replay(id, () => tool({ audio: make('hello!') })))
      expect(longer).toMatchObject({ code: 'REPLAY_MISS' })
    },
  )

  it('is served however its content is cut into chunks', async () => {
    const retake = createTestRetake()
    const tool = upload(iterate)
    const { id, result } = await record(retake, () => tool({ audio: streamOf(['he', 'llo']) }))

    const again = new Blob(['hello']).stream()
    expect(await retake.replay(id, () => tool({ audio: again }))).toEqual(result)
  })

  it('is compared as far as it was read, and is not read any further', async () => {
    const retake = createTestRetake()
    let pulls = 0
    const endless = () =>
      new ReadableStream(
        { pull: (controller) => controller.enqueue(encode(`part ${pulls++ % 9} `)) },
        { highWaterMark: 0 },
      )
    const tool = upload(async (stream) => {
      const { value } = await (stream as ReadableStream).getReader().read()
      return Buffer.from(value as Uint8Array).toString()
    })
    const { id, result } = await record(retake, () => tool({ audio: endless() }))

    pulls = 0
    expect(await retake.replay(id, () => tool({ audio: endless() }))).toEqual(result)
    expect(pulls).toBe(1)
  })

  it('is served without a look at a stream that was not read', async () => {
    const retake = createTestRetake()
    const tool = upload(async () => 'nothing')
    const { id, result } = await record(retake, () => tool({ audio: streamOf(['one']) }))

    const other = streamOf(['another'])
    expect(await retake.replay(id, () => tool({ audio: other }))).toEqual(result)
    expect(other.locked).toBe(false)
  })

  it('is known by its hash where it is too large to be kept', async () => {
    const retake = createTestRetake()
    const tool = upload(async (stream) => (await iterate(stream)).length)
    const large = (last: string) => new Blob(['x'.repeat(3_000_000), last]).stream()
    const { id, result } = await record(retake, () => tool({ audio: large('a') }))

    expect(await retake.replay(id, () => tool({ audio: large('a') }))).toEqual(result)
    const refused = await thrown(retake.replay(id, () => tool({ audio: large('b') })))
    expect(refused).toMatchObject({ code: 'REPLAY_MISS' })
    const { events } = (await retake.store.load(id))!
    expect(JSON.stringify(events).length).toBeLessThan(10_000)
  })

  it('keeps nothing secret that was read', async () => {
    const key = ['sk-proj-Ab1', 'x9'.repeat(12)].join('')
    const retake = createTestRetake()
    const tool = upload(async (stream) => (await iterate(stream)).length)
    const { id, result } = await record(retake, () => tool({ audio: streamOf([`key ${key}`]) }))

    expect(JSON.stringify(await retake.store.load(id))).not.toContain(key)
    expect(await retake.replay(id, () => tool({ audio: streamOf([`key ${key}`]) }))).toEqual(result)
  })

  it('compares the values of a stream of others', async () => {
    const retake = createTestRetake()
    const tool = upload(async (stream) => {
      const all: unknown[] = []
      for await (const part of stream as Readable) all.push(part)
      return all.length
    })
    const of = (n: number) => Readable.from([{ n: 1 }, { n }])
    const { id, result } = await record(retake, () => tool({ audio: of(2) }))

    expect(await retake.replay(id, () => tool({ audio: of(2) }))).toEqual(result)
    const refused = await thrown(retake.replay(id, () => tool({ audio: of(3) })))
    expect(refused).toMatchObject({ code: 'REPLAY_MISS' })
  })

  it.each<[string, () => unknown]>([
    ['is written to', () => new TransformStream().writable],
    [
      'somebody reads already',
      () => {
        const stream = streamOf(['one'])
        stream.getReader()
        return stream
      },
    ],
  ])('is refused where the stream %s', async (_what, make) => {
    const retake = createTestRetake()
    const tool = upload(async () => 'uploaded')
    const { id } = await record(retake, () => tool({ audio: make() }))

    const refused = await thrown(retake.replay(id, () => tool({ audio: make() })))
    expect(refused).toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
    expect(String(refused)).toContain('a stream, which can be read only once')
  })

  it('reaches the function unread, and fails as the stream does', async () => {
    const retake = createTestRetake()
    const failing = () =>
      new ReadableStream({
        pull() {
          throw new Error('The disk is gone.')
        },
      })
    const tool = upload(iterate)

    const { result } = await record(retake, async () => [
      await tool({ audio: streamOf(['one']) }),
      String(await thrown(tool({ audio: failing() }))),
    ])

    expect(result).toEqual([{ uploaded: 'one' }, 'Error: The disk is gone.'])
  })

  it('is missed where the stream fails that was read before', async () => {
    const retake = createTestRetake()
    const tool = upload(iterate)
    const { id } = await record(retake, () => tool({ audio: streamOf(['one']) }))

    const failing = new ReadableStream({ pull: () => Promise.reject(new Error('disk gone')) })
    const refused = await thrown(
      // The app makes something else of it.
      retake.replay(id, () => tool({ audio: failing }).catch(() => ({ uploaded: 'one' }))),
    )

    expect(refused).toMatchObject({ code: 'REPLAY_MISS' })
    expect(String(refused)).toContain('disk gone')
  })

  it('is refused as a rejection where the function had no promise', async () => {
    const retake = createTestRetake()
    const count = recorded('tool', 'count', ({ audio }: { audio: unknown }) => (audio ? 1 : 0))
    const { id } = await record(retake, async () => count({ audio: streamOf(['one']) }))

    const refused = await thrown(retake.replay(id, async () => count({ audio: streamOf(['one']) })))

    expect(refused).toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
    expect(String(refused)).toContain('without a promise')
  })

  it('is served where its answer is a stream', async () => {
    const retake = createTestRetake()
    async function* echo({ audio }: { audio: ReadableStream }) {
      for await (const part of audio as AsyncIterable<string>) yield `${part}!`
    }
    const speak = async (text: string) => {
      const audio = streamOf(text.split(''))
      const answer = await call({ kind: 'llm', name: 'speak', request: { audio } }, async () =>
        echo({ audio }),
      )
      return iterate(answer)
    }
    const { id, result } = await record(retake, () => speak('hey'))

    expect(result).toBe('h!e!y!')
    expect(await retake.replay(id, () => speak('hey'))).toBe(result)
    expect(await thrown(retake.replay(id, () => speak('you')))).toMatchObject({
      code: 'REPLAY_MISS',
    })
  })
})
