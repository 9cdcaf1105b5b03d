import type { Streamed } from '@retake/core'

interface Answer {
  readonly content?: unknown
  readonly response?: { readonly timestamp?: unknown }
}

interface Part {
  readonly type?: string
  readonly timestamp?: unknown
}

type Reader = ReadableStreamDefaultReader<Part>

// Calls whose answers the SDK dates itself when the provider does not: those of language models, and these.
const DATED_METHODS = new Set(['doRerank', 'doDecide', 'doEvaluate', 'doExtract'])

/**
 * Dates an answer that the provider has not dated. The SDK would do the same a moment later, but the
 * date that it makes up is not on record, and differs in a replay.
 */
export function stampResult<T extends object>(method: string, result: T): T {
  const { content, response } = result as Answer
  const isDated = Array.isArray(content) || DATED_METHODS.has(method)
  if (!isDated || response?.timestamp != null) return result
  return { ...result, response: { ...response, timestamp: new Date() } }
}

/** Dates a streamed answer in the same way: where the provider tells about the response, else before its end. */
export function stampStreamed<T extends Streamed>(result: T): T {
  const { response } = result as Answer
  if (response?.timestamp != null || !((result.stream as unknown) instanceof ReadableStream))
    return result
  return { ...result, stream: stampParts(result.stream as ReadableStream<Part>) }
}

function stampParts(source: ReadableStream<Part>): ReadableStream<Part> {
  const reader: Reader = source.getReader()
  const timestamp = new Date()
  let isStamped = false

  function stamp(part: Part): readonly Part[] {
    const isMetadata = part.type === 'response-metadata'
    if (isStamped || !(isMetadata || part.type === 'finish')) return [part]
    isStamped = true
    if (!isMetadata) return [{ type: 'response-metadata', timestamp }, part]
    return [part.timestamp == null ? { ...part, timestamp } : part]
  }

  return new ReadableStream<Part>(
    {
      async pull(controller) {
        const { done, value } = await reader.read()
        if (done) return controller.close()
        for (const part of stamp(value)) controller.enqueue(part)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // Nothing is read ahead of the reader.
    { highWaterMark: 0 },
  )
}
