import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { wrapModel } from '@retake/ai-sdk'
import { stream } from '@retake/core'
import { startProvider } from '@retake/loopback-provider'
import fc from 'fast-check'
import { expect } from 'vitest'
import { createTestRetake, everySource, record, replay } from '../lab.ts'
import { readParts } from '../provider.ts'
import { holds } from './property.ts'

const TEXTS = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }), {
  minLength: 1,
  maxLength: 5,
})
const NEWLINE = fc.constantFrom('\n', '\r\n')
const CUTS = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 })

const PROMPT = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Go on.' }] }]

/** The body of a streamed answer, cut at the given shares of its length: in characters, lines and names too. */
function cutBody(texts: readonly string[], newline: string, cuts: readonly number[]) {
  const events = texts.map((content) => JSON.stringify({ choices: [{ delta: { content } }] }))
  const end = JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] })
  const framed = [...events, end, '[DONE]'].map((data) => `data: ${data}${newline}${newline}`)
  const body = Buffer.from(framed.join(''))
  const at = cuts.map((share) => Math.floor(share * body.length)).toSorted((a, b) => a - b)
  const chunks = [0, ...at].map((start, index) => body.subarray(start, at[index]))
  return { body, chunks: chunks.filter((chunk) => chunk.length > 0) }
}

holds('property:splits', 25, TEXTS, NEWLINE, CUTS, async (texts, newline, cuts) => {
  const { body, chunks } = cutBody(texts, newline, cuts)
  const sent = { mediaType: 'text/event-stream', chunks }
  const provider = await startProvider({ corpus: [sent], thinkMs: 0, chunkDelayMs: 0 })
  const sdk = createOpenAICompatible({ name: 'acme', baseURL: provider.url })
  const model = wrapModel(sdk('any'))
  const url = `${provider.url}/chat/completions`

  async function readBoth() {
    const { stream: answer } = await model.doStream({ prompt: PROMPT, includeRawChunks: true })
    const { stream: bytes } = await stream({ kind: 'http', name: url }, async () => {
      const response = await fetch(url, { method: 'POST' })
      return { status: response.status, stream: response.body! }
    })
    return {
      parts: await readParts<Part>(answer as never),
      pieces: await readParts<Uint8Array>(bytes as never),
    }
  }

  const retake = createTestRetake()
  const { id, value } = await record(retake, readBoth)
  await provider.close()
  expect(textOf(value.parts)).toBe(texts.join(''))
  expect(Buffer.concat(value.pieces)).toEqual(body)
  for (const source of await everySource(retake, id)) {
    expect((await replay(retake, source, readBoth)).ending).toStrictEqual({ value })
  }
})

interface Part {
  readonly type: string
  readonly delta?: string
}

function textOf(parts: readonly Part[]): string {
  return parts.map(({ type, delta }) => (type === 'text-delta' ? delta : '')).join('')
}
