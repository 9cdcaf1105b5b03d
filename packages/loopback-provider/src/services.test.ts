import { createOpenAI } from '@ai-sdk/openai'
import { embedMany, generateImage, generateSpeech, transcribe } from 'ai'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startProvider, type Provider } from './index.ts'

let provider: Provider

beforeAll(async () => {
  provider = await startProvider({ thinkMs: 0 })
})

afterAll(() => provider.close())

const openai = () => createOpenAI({ baseURL: provider.url, apiKey: 'none' })

it('embeds, otherwise each time', async () => {
  const embed = () => embedMany({ model: openai().embedding('embed'), values: ['a', 'b'] })

  const [first, second] = [await embed(), await embed()]

  expect(first.embeddings).toHaveLength(2)
  expect(first.embeddings[0]).not.toEqual(first.embeddings[1])
  expect(second.embeddings).not.toEqual(first.embeddings)
  expect(first.usage.tokens).toBeGreaterThan(0)
})

it('paints', async () => {
  const { images } = await generateImage({ model: openai().image('dall-e-3'), prompt: 'A crane' })

  expect(images.map(({ mediaType }) => mediaType)).toEqual(['image/png'])
})

it('speaks', async () => {
  const { audio } = await generateSpeech({ model: openai().speech('tts-1'), text: 'A crane' })

  expect(audio.mediaType).toBe('audio/mpeg')
  expect(audio.uint8Array).toHaveLength(260)
})

it('listens', async () => {
  const audio = new Uint8Array([255, 251, 144, 0])

  const { text, segments } = await transcribe({ model: openai().transcription('whisper-1'), audio })

  expect(segments.map((segment) => segment.text).join(' ')).toBe(text)
})

it('ranks documents', async () => {
  const response = await fetch(`${provider.url}/rerank`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'q', documents: ['a', 'b', 'c'], top_n: 2 }),
  })

  const { results } = (await response.json()) as { results: { relevance_score: number }[] }
  const scores = results.map((result) => result.relevance_score)
  expect(scores).toHaveLength(2)
  expect(scores.toSorted((left, right) => right - left)).toEqual(scores)
})

it('says so where there is nothing', async () => {
  const response = await fetch(`${provider.url}/nothing`)

  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ error: { code: 'unknown_url' } })
})
