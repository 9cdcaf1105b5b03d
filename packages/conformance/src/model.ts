import { call, recorded, stream } from '@retake/core'
import { createProvider, toStream, type Answer, type Latency } from './provider.ts'

interface AskOptions {
  readonly latency?: Latency
  readonly signal?: AbortSignal
}

/** A model and a tool on Retake's seam, which answer otherwise every time they are really asked. */
export interface Model {
  /** Calls that were really made. */
  readonly calls: number
  readonly ask: (prompt: string, options?: AskOptions) => Promise<string>
  /** Three parts. */
  readonly read: (prompt: string, options?: AskOptions) => AsyncGenerator<string>
  /** A tool. */
  readonly search: (query: string) => Promise<string>
}

export function createModel(): Model {
  const provider = createProvider()
  const search = async (query: string) => (await provider.answer(query, 0)).text

  return {
    get calls() {
      return provider.calls
    },
    async ask(prompt, { latency = 0, signal } = {}) {
      const { text } = await call(
        { kind: 'llm', name: 'test/model', request: { prompt }, ...(signal && { signal }) },
        () => provider.answer(prompt, latency, signal),
      )
      return text
    },
    async *read(prompt, { latency = 0, signal } = {}) {
      const options = {
        kind: 'llm',
        name: 'test/model',
        op: 'stream',
        request: { prompt },
      } as const
      const opened = await stream({ ...options, ...(signal && { signal }) }, async () => ({
        stream: toStream(provider.parts(prompt, [latency, latency, latency], signal)),
      }))
      for await (const { text } of opened.stream as AsyncIterable<Answer> & ReadableStream)
        yield text
    },
    search: recorded('tool', 'search', search),
  }
}
