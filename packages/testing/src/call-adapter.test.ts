import { describe, it } from 'vitest'
import { call, recorded, stream, type CallSummary, type Outcome } from '@retake/core'
import { testCallAdapter } from './call-adapter.ts'
import { streamOf } from './streams.ts'
import type { CallAdapter } from './call-suite.ts'

interface Answer {
  readonly text: string
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number }
}

class RateLimited extends Error {
  override name = 'RateLimited'
  readonly status = 429
}

function createModel() {
  let calls = 0

  function answer(prompt: string): Answer {
    const usage = { inputTokens: prompt.length, outputTokens: 2 }
    return { text: `${prompt} → ${++calls}`, usage }
  }

  function refuse(prompt: string): never {
    throw new RateLimited(`${answer(prompt).text}: slow down`)
  }

  function* parts(prompt: string, signal?: AbortSignal): Generator<Answer | Error> {
    for (let part = 0; part < 3; part++) {
      yield signal?.aborted ? (signal.reason as Error) : answer(prompt)
    }
  }

  return { calls: () => calls, answer, refuse, parts }
}

const WHAT_APPS_SEE = {
  describeError: (error: unknown) => {
    const { name, message, status } = error as RateLimited
    return { name, message, status }
  },
  events: {
    generate: { kind: 'llm', name: 'test/model', hasUsage: true },
    stream: { kind: 'llm', name: 'test/model', hasUsage: true },
    tool: { kind: 'tool', name: 'weather', hasUsage: false },
  },
} as const

const MODEL = { kind: 'llm', name: 'test/model', summarize } as const

function summarize({ value, stream: streamed }: Outcome): CallSummary {
  const last = (streamed?.parts.at(-1) ?? value) as Answer | undefined
  return last ? { usage: last.usage } : {}
}

/** `call` and `stream` around functions that give promises. */
function createPlainAdapter(): CallAdapter {
  const { calls, answer, refuse, parts } = createModel()
  const options = (prompt: string) => ({ ...MODEL, op: 'generate', request: { prompt } }) as const

  return {
    ...WHAT_APPS_SEE,
    calls,
    generate: (prompt) => call(options(prompt), async () => answer(prompt)),
    async *stream(prompt, { signal }) {
      const opened = await stream({ ...options(prompt), op: 'stream', signal }, async () => ({
        stream: streamOf(parts(prompt, signal)),
      }))
      yield* opened.stream as ReadableStream & AsyncIterable<Answer>
    },
    callTool: (input) =>
      call({ kind: 'tool', name: 'weather', request: input }, async () => answer(input)),
    refused: (prompt) => call(options(prompt), async () => refuse(prompt)),
  }
}

/** `recorded` around functions that give what they give at once. */
function createSynchronousAdapter(): CallAdapter {
  const { calls, answer, refuse, parts } = createModel()
  const generate = recorded('llm', 'test/model', answer, { summarize })
  const refused = recorded('llm', 'test/model', refuse)
  const callTool = recorded('tool', 'weather', answer)

  return {
    ...WHAT_APPS_SEE,
    calls,
    generate: async (prompt) => generate(prompt),
    stream: (prompt, { signal }) =>
      call({ ...MODEL, op: 'stream', request: { prompt }, signal }, async function* () {
        for (const part of parts(prompt, signal)) {
          if (part instanceof Error) throw part
          yield part
        }
      }),
    callTool: async (input) => callTool(input),
    refused: async (prompt) => refused(prompt),
  }
}

testCallAdapter('calls that give promises', createPlainAdapter, { describe, it })
testCallAdapter('calls that give values at once', createSynchronousAdapter, { describe, it })
