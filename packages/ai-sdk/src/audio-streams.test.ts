import { rehearse } from '@retake/testing'
import { describe, expect, it } from 'vitest'
import { wrapModel } from './index.ts'

const audioOf = (text: string) => new Blob([text]).stream()

let asked = 0

/** A model that hears a stream, as those do which transcribe while somebody speaks. */
const ears = wrapModel({
  specificationVersion: 'v4',
  provider: 'fake',
  modelId: 'ears',
  async doStream({ audio }: { audio: ReadableStream<Uint8Array<ArrayBuffer>> }) {
    asked++
    const heard = audio.pipeThrough(new TextDecoderStream())
    const parts = new TransformStream<string, { type: string; text: string }>({
      transform: (text, controller) => controller.enqueue({ type: 'transcript', text }),
    })
    return { stream: heard.pipeThrough(parts) }
  },
  async doGenerate({ audio }: { audio: ReadableStream<Uint8Array<ArrayBuffer>> }) {
    asked++
    return { text: await new Response(audio).text() }
  },
})

const WAYS: Readonly<Record<string, (text: string) => Promise<unknown>>> = {
  doGenerate: (text) => ears.doGenerate({ audio: audioOf(text) }),
  async doStream(text) {
    const { stream } = await ears.doStream({ audio: audioOf(text) })
    const parts: unknown[] = []
    for await (const part of stream as unknown as AsyncIterable<unknown>) parts.push(part)
    return parts
  },
}

describe.each(Object.keys(WAYS))('%s of a model that is given a stream', (way) => {
  const ask = WAYS[way]!

  it('is served where the stream holds the same', async () => {
    asked = 0
    const { live, replayed, report } = await rehearse(() => ask('What is the weather?'))

    expect(JSON.stringify(live)).toContain('What is the weather?')
    expect(replayed).toEqual(live)
    expect([report.status, asked]).toEqual(['ok', 1])
  })

  it('is refused where the stream holds something else', async () => {
    const said = ['yes', 'no']

    await expect(rehearse(() => ask(said.shift()!))).rejects.toMatchObject({ code: 'REPLAY_MISS' })
  })
})
