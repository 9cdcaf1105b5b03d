import { call, stream } from '../src/index.ts'
import { delay } from '../src/runtime/clock.ts'
import { countLiveCall } from './live-calls.ts'
import { streamOf } from './streams.ts'

interface Part {
  readonly text: string
  readonly seed: number
}

/** A model that answers differently each time it really runs. */
export function ask(prompt: string, latencyMs = 0): Promise<string> {
  return call({ kind: 'llm', name: 'test/model', request: { prompt } }, async () => {
    await delay(latencyMs)
    return `${prompt} → answer ${countLiveCall()}`
  })
}

/** The same as a stream, with an opening. */
export function askStream(
  prompt: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<{ id: number; stream: ReadableStream<Part> }> {
  const options = {
    kind: 'llm',
    name: 'test/model',
    op: 'stream',
    request: { prompt },
    signal,
  } as const
  return stream(options, async () => {
    const seed = countLiveCall()
    return { id: seed, stream: streamOf(['a', 'b', 'c'].map((text) => ({ text, seed }))) }
  })
}
