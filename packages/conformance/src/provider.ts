import { setTimeout as wait, setImmediate as turn } from 'node:timers/promises'

/** What a model answers. `size` is what programs branch on. */
export interface Answer {
  readonly text: string
  readonly size: number
}

/** How long a call really takes: in milliseconds, or `instant` for an answer without any waiting. */
export type Latency = number | 'instant'

/** What is really called. It answers otherwise every time, so that nothing can look replayed that is not. */
export interface Provider {
  /** Calls that were really made. */
  readonly calls: number
  answer(prompt: string, latency: Latency, signal?: AbortSignal): Promise<Answer>
  refuse(prompt: string, latency: Latency): Promise<never>
  /** One part after each of the gaps. */
  parts(prompt: string, gaps: readonly Latency[], signal?: AbortSignal): AsyncGenerator<Answer>
  hang(signal?: AbortSignal): Promise<never>
}

/** What the provider fails with. */
class ProviderError extends Error {
  override name = 'ProviderError'
  readonly status = 429
}

export function createProvider(): Provider {
  let calls = 0
  let answers = 0

  function nextAnswer(prompt: string): Answer {
    answers++
    return { text: `${prompt} → ${answers}`, size: answers % 3 }
  }

  return {
    get calls() {
      return calls
    },
    async answer(prompt, latency, signal) {
      calls++
      await pass(latency, signal)
      return nextAnswer(prompt)
    },
    async refuse(prompt, latency) {
      calls++
      await pass(latency)
      throw new ProviderError(`${nextAnswer(prompt).text}: slow down`)
    },
    async *parts(prompt, gaps, signal) {
      calls++
      for (const gap of gaps) {
        await pass(gap, signal)
        yield nextAnswer(prompt)
      }
    },
    hang(signal) {
      calls++
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
      })
    },
  }
}

/** The same parts as a web stream. Giving it up gives up its source. */
export function toStream<T>(parts: AsyncGenerator<T>): ReadableStream<T> {
  return new ReadableStream<T>(
    {
      async pull(controller) {
        const { done, value } = await parts.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await parts.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

/** Reads parts to their end, or the first `count` of them. */
export async function readParts<T>(
  parts: AsyncIterable<T>,
  count: number = Number.POSITIVE_INFINITY,
): Promise<readonly T[]> {
  const read: T[] = []
  for await (const part of parts) {
    read.push(part)
    if (read.length >= count) break
  }
  return read
}

async function pass(latency: Latency, signal?: AbortSignal): Promise<void> {
  if (latency === 'instant') return
  try {
    await (latency === 0 ? turn(undefined, { signal }) : wait(latency, undefined, { signal }))
  } catch {
    throw signal?.reason
  }
}
