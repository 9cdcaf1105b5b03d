import { createReadStream } from 'node:fs'
import { PassThrough, Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { call, recorded } from '../index.ts'
import { record } from '../../test/record.ts'
import { streamOf } from '../../test/streams.ts'
import { createTestRetake } from '../../test/test-retake.ts'
import { thrown } from '../../test/thrown.ts'

// Not among the types of the web.
const { from } = ReadableStream as unknown as { from: (parts: readonly string[]) => unknown }

const upload = recorded('tool', 'upload', async (_options: { audio: unknown }) => 'uploaded')

const STREAMS: Readonly<Record<string, (text: string) => unknown>> = {
  'new ReadableStream': (text) => streamOf([text]),
  'ReadableStream.from': (text) => from([text]),
  pipeThrough: (text) => streamOf([text]).pipeThrough(new TransformStream()),
  tee: (text) => streamOf([text]).tee()[0],
  'the stream of a Blob': (text) => new Blob([text]).stream(),
  'a body': (text) => new Response(text).body,
  'Readable.from': (text) => Readable.from([text]),
  'a PassThrough': (text) => new PassThrough().end(text),
  'a file': () => createReadStream(import.meta.filename),
  'a web stream of a Node stream': (text) => Readable.toWeb(Readable.from([text])),
  'a writable': () => new TransformStream().writable,
}

describe('a request that holds a stream', () => {
  it.each(Object.entries(STREAMS))('is never taken for another one: %s', async (_what, make) => {
    const retake = createTestRetake()
    const { id } = await record(retake, () => upload({ audio: make('one') }))

    for (const again of ['one', 'another']) {
      const refused = await thrown(retake.replay(id, () => upload({ audio: make(again) })))
      expect(refused).toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
      expect(String(refused)).toContain('a stream, which can be read only once')
    }
    const { events } = (await retake.store.load(id))!
    expect(JSON.stringify(events[0]?.request)).not.toMatch(/constructor|_readableState/)
  })

  it('reaches the function unread', async () => {
    const retake = createTestRetake()
    const read = async ({ audio }: { audio: unknown }) =>
      new Response(audio as ReadableStream).text()
    const bytes = streamOf(['hel', 'lo']).pipeThrough(new TextEncoderStream())
    const request = { audio: bytes }

    const { result } = await record(retake, () =>
      call({ kind: 'llm', name: 'transcribe', request }, () => read(request)),
    )

    expect(result).toBe('hello')
  })
})
