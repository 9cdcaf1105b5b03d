import { startProvider, type CorpusFile, payloadsOf } from '@retake/loopback-provider'
import Anthropic from '@anthropic-ai/sdk'
import { retakeFetch } from '@retake/fetch'
import OpenAI from 'openai'
import { expect } from 'vitest'
import { printFigures } from '../figures.ts'
import { createTestRetake, endingOf, everySource, record, replay } from '../lab.ts'
import { verifies } from '../verifies.ts'
import { CORPUS } from './files.ts'
import { frameStream } from './framing.ts'
import { readerOf } from './readers.ts'

const MESSAGES = [{ role: 'user', content: 'Will it rain in Oslo tomorrow?' }] as const

/** What a client makes of the stream of a file: its bytes, and its events, or what it says of them. */
interface Read {
  readonly chunks: readonly string[]
  readonly events: unknown
}

/** Asks for a stream by the official client that speaks its format, once for its bytes and once for its events. */
async function readBy(file: CorpusFile, url: string): Promise<Read> {
  const ask = file.reader.startsWith('anthropic/') ? askAnthropic : askOpenAI
  const response = await ask(url).asResponse()
  return { chunks: await chunksOf(response), events: await eventsOf(ask(url)) }
}

function askOpenAI(url: string) {
  const client = new OpenAI({ baseURL: url, apiKey: 'none', fetch: retakeFetch() })
  return client.chat.completions.create({ model: 'gpt-5', messages: [...MESSAGES], stream: true })
}

function askAnthropic(url: string) {
  const baseURL = url.replace(/\/v1$/, '')
  const client = new Anthropic({ baseURL, apiKey: 'none', fetch: retakeFetch() })
  return client.messages.create({
    model: 'claude-haiku-4-5',
    max_tokens: 400,
    messages: [...MESSAGES],
    stream: true,
  })
}

async function chunksOf({ body }: Response): Promise<readonly string[]> {
  const chunks: string[] = []
  for await (const chunk of body ?? [])
    chunks.push(Buffer.from(chunk as Uint8Array).toString('hex'))
  return chunks
}

// A client may not know the events of another provider, or refuse one. It is to do so again.
async function eventsOf(asked: PromiseLike<AsyncIterable<unknown>>): Promise<unknown> {
  const events: unknown[] = []
  const ending = await endingOf(
    (async () => {
      for await (const event of await asked) events.push(event)
    })(),
  )
  return { events, error: 'error' in ending ? String(ending.error) : undefined }
}

verifies('corpus:http', async () => {
  const failures: Record<string, unknown> = {}
  let chunks = 0
  const files = CORPUS.filter(({ isStream }) => isStream)
  for (const file of files) {
    const framed = frameStream(payloadsOf(file), readerOf(file)?.framing ?? 'data')
    const corpus = [framed, framed]
    const provider = await startProvider({ corpus, thinkMs: 0, chunkDelayMs: 0 })
    const retake = createTestRetake()
    const { id, value } = await record(retake, () => readBy(file, provider.url))
    await provider.close()
    chunks += value.chunks.length
    try {
      for (const source of await everySource(retake, id)) {
        const again = await replay(retake, source, () => readBy(file, provider.url))
        expect(again.ending).toStrictEqual({ value })
        expect(again.report).toMatchObject({ served: 2, exact: 2, status: 'ok' })
      }
    } catch (error) {
      failures[file.path] = error
    }
  }
  printFigures(`corpus: ${files.length} streams, ${chunks} chunks come back the same over HTTP`)
  expect(failures).toEqual({})
})
