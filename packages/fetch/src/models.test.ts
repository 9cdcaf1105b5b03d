import { createRetake, type EventRecord, type SessionData } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { callsOf, rehearse } from '@retake/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { retakeFetch } from './index.ts'
import { rehearse as rehearseServed } from './testing/rehearse.ts'

const OPENAI = 'https://api.openai.com/v1'
const ANTHROPIC = 'https://api.anthropic.com/v1/messages'
const GEMINI = 'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash'

interface Exchange {
  readonly url: string
  readonly request?: unknown
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** What is answered: JSON, or text as it is. */
  readonly answer: unknown
}

const VERSION = { 'anthropic-version': '2023-06-01' }

/** Asks by a `fetch` that answers by itself, since no test may reach the hosts of providers. */
async function ask(exchange: Exchange): Promise<string> {
  const { url, request = { model: 'test-1' }, method = 'POST', headers = {}, answer } = exchange
  const isText = typeof answer === 'string'
  const type = isText ? 'text/event-stream' : 'application/json'
  const fetch = retakeFetch(async () => {
    return new Response(isText ? answer : JSON.stringify(answer), {
      headers: { 'content-type': type },
    })
  })
  const hasBody = method !== 'GET'
  const sent = { 'content-type': 'application/json', ...headers }
  const response = await fetch(url, {
    method,
    headers: sent,
    ...(hasBody ? { body: JSON.stringify(request) } : {}),
  })
  return response.text()
}

/** What is on record of an exchange. */
async function record(exchange: Exchange): Promise<EventRecord> {
  const { recording } = await rehearse(() => ask(exchange))
  const [call] = callsOf(recording)
  if (call === undefined) throw new Error('Nothing was recorded.')
  return call
}

/** Events as they are sent, each of them in JSON. */
function events(...payloads: readonly object[]): string {
  return payloads.map((payload) => `data: ${JSON.stringify(payload)}\n\n`).join('')
}

const COMPLETION = { prompt_tokens: 12, completion_tokens: 9, total_tokens: 21 }

describe('the provider', () => {
  it.each([
    ['openai', `${OPENAI}/chat/completions`],
    ['openai', 'https://eu.api.openai.com/v1/responses'],
    ['anthropic', ANTHROPIC],
    ['google', `${GEMINI}:generateContent`],
    ['google', 'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions'],
    ['azure', 'https://acme.openai.azure.com/openai/deployments/gpt/chat/completions'],
    ['azure', 'https://acme.services.ai.azure.com/anthropic/v1/messages'],
    ['openrouter', 'https://openrouter.ai/api/v1/chat/completions'],
    ['groq', 'https://api.groq.com/openai/v1/chat/completions'],
    ['mistral', 'https://api.mistral.ai/v1/chat/completions'],
    ['togetherai', 'https://api.together.xyz/v1/completions'],
    ['xai', 'https://api.x.ai/v1/chat/completions'],
    ['localhost', 'http://localhost:11434/v1/chat/completions'],
    ['llm.acme.test', 'http://llm.acme.test/v1/embeddings'],
    ['notopenai.com', 'https://notopenai.com/v1/chat/completions'],
  ])('%s is known by its host: %s', async (provider, url) => {
    const call = await record({ url, headers: VERSION, answer: {} })

    expect(call).toMatchObject({ kind: 'http', provider })
    expect(call.usage).toBeUndefined()
  })
})

describe('the model', () => {
  it.each([
    ['test-1', `${OPENAI}/chat/completions`, { model: 'test-1' }],
    ['gemini-2.5-flash', `${GEMINI}:streamGenerateContent?alt=sse`, { contents: [] }],
    [
      'gemini-3-pro',
      'https://europe-west1-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/google/models/gemini-3-pro:generateContent',
      {},
    ],
    ['our-gpt', 'https://a.openai.azure.com/openai/deployments/our-gpt/chat/completions?a=1', {}],
  ])('is %s in a request to %s', async (model, url, request) => {
    expect(await record({ url, request, answer: {} })).toMatchObject({ model })
  })
})

describe('tokens', () => {
  it.each<[string, Exchange, object]>([
    [
      'of a completion',
      { url: `${OPENAI}/chat/completions`, answer: { choices: [], usage: COMPLETION } },
      { inputTokens: 12, outputTokens: 9 },
    ],
    [
      'of a completion with cached and reasoning tokens, which are within the totals',
      {
        url: `${OPENAI}/chat/completions`,
        answer: {
          usage: {
            prompt_tokens: 100,
            completion_tokens: 50,
            total_tokens: 150,
            prompt_tokens_details: { cached_tokens: 60 },
            completion_tokens_details: { reasoning_tokens: 30 },
          },
          service_tier: 'default',
        },
      },
      { inputTokens: 40, cachedInputTokens: 60, outputTokens: 20, reasoningTokens: 30 },
    ],
    [
      'of xAI, whose reasoning is not within the completion',
      {
        url: 'https://api.x.ai/v1/chat/completions',
        answer: {
          usage: {
            prompt_tokens: 12,
            completion_tokens: 400,
            total_tokens: 732,
            completion_tokens_details: { reasoning_tokens: 320 },
          },
        },
      },
      { inputTokens: 12, outputTokens: 400, reasoningTokens: 320 },
    ],
    [
      'of a streamed completion',
      {
        url: `${OPENAI}/chat/completions`,
        answer: `${events(
          { choices: [{ delta: { content: 'the "usage": {"prompt_tokens": 1}' } }], usage: null },
          { choices: [], usage: COMPLETION },
        )}data: [DONE]\n\n`,
      },
      { inputTokens: 12, outputTokens: 9 },
    ],
    [
      'of a stream that tells the sum so far in each chunk',
      {
        url: 'https://api.perplexity.ai/chat/completions',
        answer: events(
          { usage: { prompt_tokens: 12, completion_tokens: 1 } },
          { usage: COMPLETION },
        ),
      },
      { inputTokens: 12, outputTokens: 9 },
    ],
    [
      'of a stream that goes on after it has told them',
      {
        url: `${OPENAI}/chat/completions`,
        answer: events(
          { usage: COMPLETION },
          ...Array.from({ length: 50 }, () => ({ choices: [], usage: null })),
        ),
      },
      { inputTokens: 12, outputTokens: 9 },
    ],
    ...[
      { cached_tokens: 2, reasoning_tokens: 4 },
      { num_cached_tokens: 2, reasoning_tokens: 4 },
      { prompt_cache_hit_tokens: 2, completion_tokens_details: { reasoning_tokens: 4 } },
    ].map((words): [string, Exchange, object] => [
      `of a host with words of its own, ${Object.keys(words).join(' and ')},`,
      {
        url: 'http://localhost:8000/v1/chat/completions',
        answer: { usage: { ...COMPLETION, ...words } },
      },
      { inputTokens: 10, cachedInputTokens: 2, outputTokens: 5, reasoningTokens: 4 },
    ]),
    [
      'of a stream with lines as on Windows',
      {
        url: `${OPENAI}/chat/completions`,
        answer: events({ usage: COMPLETION }, { choices: [] }).replaceAll('\n', '\r\n'),
      },
      { inputTokens: 12, outputTokens: 9 },
    ],
    [
      'of Groq, beside the chunk',
      {
        url: 'https://api.groq.com/openai/v1/chat/completions',
        answer: events({ choices: [], x_groq: { usage: COMPLETION } }),
      },
      { inputTokens: 12, outputTokens: 9 },
    ],
    [
      'of a response',
      {
        url: `${OPENAI}/responses`,
        answer: {
          output: [{ type: 'message', content: [{ text: '"usage": {}' }] }],
          usage: {
            input_tokens: 30,
            input_tokens_details: { cached_tokens: 20 },
            output_tokens: 9,
            output_tokens_details: { reasoning_tokens: 4 },
            total_tokens: 39,
          },
          metadata: { usage: 'none of ours' },
        },
      },
      { inputTokens: 10, cachedInputTokens: 20, outputTokens: 5, reasoningTokens: 4 },
    ],
    [
      'of a streamed response',
      {
        url: `${OPENAI}/responses`,
        answer: events(
          { type: 'response.created', response: { usage: null } },
          {
            type: 'response.completed',
            response: { usage: { input_tokens: 3, output_tokens: 4 } },
          },
        ),
      },
      { inputTokens: 3, outputTokens: 4 },
    ],
    [
      'of embeddings',
      {
        url: `${OPENAI}/embeddings`,
        answer: { data: [], usage: { prompt_tokens: 8, total_tokens: 8 } },
      },
      { inputTokens: 8 },
    ],
    [
      'of embeddings that tell the total only',
      { url: 'https://api.voyageai.com/v1/embeddings', answer: { usage: { total_tokens: 8 } } },
      { inputTokens: 8 },
    ],
    [
      'of a message, whose cached tokens are not within the input',
      {
        url: ANTHROPIC,
        headers: VERSION,
        answer: {
          content: [{ type: 'tool_use', input: { usage: { input_tokens: 1 } } }],
          usage: {
            input_tokens: 10,
            cache_creation_input_tokens: 5,
            cache_read_input_tokens: 100,
            output_tokens: 20,
            output_tokens_details: { thinking_tokens: 8 },
          },
        },
      },
      { inputTokens: 15, cachedInputTokens: 100, outputTokens: 12, reasoningTokens: 8 },
    ],
    [
      'of a message that tells them first, and a tool with a field of the same name last',
      {
        url: ANTHROPIC,
        headers: VERSION,
        answer: {
          usage: { input_tokens: 10, output_tokens: 20 },
          content: [{ type: 'tool_use', input: { usage: { input_tokens: 1 } } }],
        },
      },
      { inputTokens: 10, outputTokens: 20 },
    ],
    [
      'of a streamed message, in its first event and its last',
      {
        url: ANTHROPIC,
        headers: VERSION,
        answer: events(
          {
            type: 'message_start',
            message: { usage: { input_tokens: 10, cache_read_input_tokens: 7, output_tokens: 1 } },
          },
          { type: 'content_block_delta', delta: { text: '"usage":{"output_tokens":3}' } },
          {
            type: 'message_delta',
            usage: { output_tokens: 44, cache_read_input_tokens: null },
          },
          { type: 'message_stop' },
        ),
      },
      { inputTokens: 10, cachedInputTokens: 7, outputTokens: 44 },
    ],
    [
      'of a message whose context was compacted',
      {
        url: ANTHROPIC,
        headers: VERSION,
        answer: {
          usage: {
            input_tokens: 10,
            output_tokens: 20,
            iterations: [
              { type: 'compaction', input_tokens: 5000, output_tokens: 300 },
              { type: 'message', input_tokens: 10, output_tokens: 20 },
              { type: 'advisor_message', input_tokens: 7, output_tokens: 7 },
            ],
          },
        },
      },
      { inputTokens: 5010, outputTokens: 320 },
    ],
    [
      'of a message that another model has answered in the end',
      {
        url: ANTHROPIC,
        headers: VERSION,
        answer: {
          usage: {
            input_tokens: 10,
            output_tokens: 20,
            iterations: [
              { type: 'message', input_tokens: 10, output_tokens: 0 },
              { type: 'fallback_message', input_tokens: 10, output_tokens: 20 },
            ],
          },
        },
      },
      { inputTokens: 10, outputTokens: 20 },
    ],
    [
      'of the last message of a stream that begins anew',
      {
        url: ANTHROPIC,
        headers: VERSION,
        answer: events(
          {
            type: 'message_start',
            message: { usage: { input_tokens: 10, cache_read_input_tokens: 7, output_tokens: 1 } },
          },
          { type: 'message_start', message: { usage: { input_tokens: 11, output_tokens: 1 } } },
          { type: 'message_delta', usage: { output_tokens: 44 } },
        ),
      },
      { inputTokens: 11, outputTokens: 44 },
    ],
    [
      'of Gemini',
      {
        url: `${GEMINI}:generateContent`,
        request: { contents: [] },
        answer: {
          candidates: [],
          usageMetadata: {
            promptTokenCount: 50,
            cachedContentTokenCount: 20,
            toolUsePromptTokenCount: 3,
            candidatesTokenCount: 9,
            thoughtsTokenCount: 30,
          },
          modelVersion: 'gemini-2.5-flash',
        },
      },
      { inputTokens: 33, cachedInputTokens: 20, outputTokens: 9, reasoningTokens: 30 },
    ],
    [
      'of Gemini, streamed as events',
      {
        url: `${GEMINI}:streamGenerateContent?alt=sse`,
        answer: events(
          { usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 1 } },
          { usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 8 } },
        ),
      },
      { inputTokens: 5, outputTokens: 8 },
    ],
    [
      'of Gemini, streamed as a list',
      {
        url: `${GEMINI}:streamGenerateContent`,
        answer: [
          { usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 1 } },
          { usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 8 } },
        ],
      },
      { inputTokens: 5, outputTokens: 8 },
    ],
  ])('%s are told as disjoint counts', async (_what, exchange, usage) => {
    expect((await record(exchange)).usage).toEqual(usage)
  })

  it('are told of a stream whose reader goes when it has read enough', async () => {
    const answer = `${events({ usage: COMPLETION })}data: [DONE]\n\n`
    const fetch = retakeFetch(async () => new Response(answer, { headers: EVENTS }))

    const { recording } = await rehearse(async () => {
      const { body } = await fetch(`${OPENAI}/chat/completions`, {
        method: 'POST',
        body: '{"model":"test-1","stream":true}',
      })
      const reader = body!.getReader()
      await reader.read()
      await reader.cancel()
    })

    expect(callsOf(recording)[0]).toMatchObject({
      outcome: { stream: { end: 'cancelled' } },
      usage: { inputTokens: 12, outputTokens: 9 },
    })
  })

  it('are told wherever the network cuts the answer', async () => {
    const answer = new TextEncoder().encode(
      events({ choices: [{ delta: { content: 'ü 🐋' } }] }, { by: '🐋', usage: COMPLETION }),
    )

    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40 })), async (sizes) => {
        const fetch = retakeFetch(
          async () => new Response(inChunks(answer, sizes), { headers: EVENTS }),
        )
        const { recording } = await rehearse(async () => {
          const request = { method: 'POST', body: '{"model":"test-1"}' }
          return (await fetch(`${OPENAI}/chat/completions`, request)).text()
        })
        expect(callsOf(recording)[0]?.usage).toEqual({ inputTokens: 12, outputTokens: 9 })
      }),
      { numRuns: 50 },
    )
  })
})

const EVENTS = { 'content-type': 'text/event-stream' }

function inChunks(bytes: Uint8Array, sizes: readonly number[]): ReadableStream<Uint8Array> {
  let start = 0
  let next = 0
  return new ReadableStream({
    pull(controller) {
      if (start >= bytes.length) return controller.close()
      const end = start + (sizes[next++] ?? bytes.length)
      controller.enqueue(bytes.slice(start, end))
      start = end
    },
  })
}

const URLS = [
  `${OPENAI}/chat/completions`,
  `${OPENAI}/responses`,
  `${OPENAI}/embeddings`,
  ANTHROPIC,
  `${GEMINI}:generateContent`,
]

const EMPTY_TURNS = Array.from({ length: 300_000 }, () => ({ type: 'message' }))

describe('an answer that tells no tokens', () => {
  it.each<[string, unknown]>([
    ['an empty one', ''],
    ['JSON that breaks off', '{"usage":{"prompt_tokens":'],
    ['an event that breaks off', 'data: {"usage":{"prompt_tokens":1'],
    ['words', { usage: { prompt_tokens: '12', completion_tokens: 'many' } }],
    ['less than nothing', { usage: { prompt_tokens: -1, completion_tokens: -2 } }],
    ['more than there are', { usage: { prompt_tokens: 1e300, completion_tokens: 2 ** 60 } }],
    ['parts of tokens', { usage: { prompt_tokens: 0.5 } }],
    ['a list', { usage: [12, 9] }],
    ['nothing', { usage: null }],
    ['another field', { choices: [{ usage: COMPLETION }] }],
    ['deep nesting', `{"usage":${'{"usage":'.repeat(20_000)}1`],
    [
      'many events that do not parse after the one that does',
      `${events({ usage: COMPLETION })}${'data: {"usage":{"prompt_tokens":}}\n\n'.repeat(50_000)}`,
    ],
    ['many turns that tell none', { usage: { iterations: EMPTY_TURNS } }],
    ['one line that never ends', `data: {${'"usage":{'.repeat(200_000)}`],
  ])('has none: %s', async (_what, answer) => {
    const { retake, store } = createTestRetake()

    const { id } = await retake.session(async (session) => {
      for (const url of URLS) await ask({ url, headers: VERSION, answer })
      return session
    })

    for (const call of callsOf((await store.load(id)) as SessionData)) {
      expect(call).toMatchObject({ state: 'ok', model: expect.any(String) })
      expect(call).not.toHaveProperty('usage')
    }
    expect(retake.stats()).toMatchObject({ calls: URLS.length, failures: 0 })
  })

  it('costs nothing but its counts, whatever it says', async () => {
    const { retake, store } = createTestRetake()
    const names = fc.constantFrom(
      ...'usage usageMetadata response message x_groq type iterations prompt_tokens'.split(' '),
      ...'input_tokens output_tokens promptTokenCount prompt_tokens_details cached_tokens'.split(
        ' ',
      ),
    )
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { depthSize: 'medium' },
        fc.jsonValue({ maxDepth: 1 }),
        fc.maxSafeInteger(),
        fc.constantFrom('message_delta', 'message', 'compaction'),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(names, tie('json'), { maxKeys: 5 }),
      ),
    }))
    const urls = fc.constantFrom(...URLS)

    await fc.assert(
      fc.asyncProperty(
        urls,
        fc.array(json, { maxLength: 3 }),
        fc.boolean(),
        async (url, all, sse) => {
          const answer = sse ? events(...(all as object[])) : all[0]
          const { id } = await retake.session(async (session) => {
            await ask({ url, headers: VERSION, answer })
            return session
          })
          const [call] = callsOf((await store.load(id)) as SessionData)
          expect(call?.state).toBe('ok')
          for (const count of Object.values(call?.usage ?? {})) {
            expect(count).toBeGreaterThanOrEqual(0)
            expect(Number.isFinite(count)).toBe(true)
          }
        },
      ),
      { numRuns: 300 },
    )
    expect(retake.stats().failures).toBe(0)
  })
})

function createTestRetake() {
  const store = createMemoryStore()
  return { store, retake: createRetake({ store, log: false, environment: {} }) }
}

describe('a request to no model', () => {
  it.each<[string, Omit<Exchange, 'answer'>]>([
    ['is at another path', { url: `${OPENAI}/chat/completions/stats` }],
    [
      'reads what there is',
      { url: 'https://acme.openai.azure.com/openai/deployments/gpt/responses', method: 'GET' },
    ],
    ['names none', { url: 'https://forms.test/surveys/7/responses', request: { answer: 1 } }],
    [
      'names something else',
      { url: 'https://forms.test/responses', request: { model: { id: 1 } } },
    ],
    ['sends messages to somebody else', { url: 'https://chat.test/channels/7/messages' }],
  ])('is not looked at: it %s', async (_what, exchange) => {
    const call = await record({ ...exchange, answer: { usage: COMPLETION } })

    expect(call.state).toBe('ok')
    expect(call).not.toHaveProperty('usage')
    expect(call).not.toHaveProperty('model')
    expect(call).not.toHaveProperty('provider')
  })
})

function without<T extends object>(value: T, names: readonly string[]): T {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))) as T
}

it('serves sessions that were recorded without model and tokens', async () => {
  const exchange = { url: `${OPENAI}/chat/completions`, answer: { usage: COMPLETION } }
  const { recording } = await rehearse(() => ask(exchange))
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  const retake = createRetake({ store: createMemoryStore(), log: false, environment })
  const events = recording.events.map((event) => without(event, ['model', 'provider', 'usage']))

  const report = await retake.replay({ ...recording, events }, async (session) => {
    await ask({ ...exchange, answer: 'not asked' })
    return session.report()
  })

  expect(report).toMatchObject({ served: 1, exact: 1, saved: { tokens: 0 } })
})

it('tells what a replay has saved', async () => {
  const exchange = { url: `${OPENAI}/chat/completions`, answer: { usage: COMPLETION } }

  const { replay, report } = await rehearse(() => ask(exchange), { retake: { price: () => 0.5 } })

  expect(report.saved).toMatchObject({ tokens: 21, costUsd: 0.5 })
  expect(callsOf(replay)[0]).toMatchObject({ model: 'test-1', provider: 'openai', costUsd: 0.5 })
})

describe('a failure that a model tells within its stream', () => {
  const ask = (body: string) =>
    rehearseServed(
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.end(body)
      },
      async (url) => {
        const response = await retakeFetch()(`${url}/v1/chat/completions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"model":"test-1","stream":true}',
        })
        return response.text()
      },
    )

  it.each([
    ['OpenAI', 'data: {"choices":[]}\n\ndata: {"error":{"message":"overloaded"}}\n\n'],
    ['OpenAI, responses', 'event: error\ndata: {"type":"error","message":"overloaded"}\n\n'],
    ['a response that failed', 'data: {"type":"response.failed","response":{}}\n\n'],
    [
      'Anthropic',
      'event: error\ndata: {"type": "error", "error": {"type": "overloaded_error"}}\n\n',
    ],
  ])('is one of the call: %s', async (_provider, body) => {
    const { live, replayed, recording, report } = await ask(body)

    expect(callsOf(recording).map(({ state }) => state)).toEqual(['error'])
    expect(recording.end?.totals.errors).toBe(1)
    expect(replayed).toBe(live)
    expect(report.status).toBe('ok')
  })

  it('is none where a text speaks of one', async () => {
    const body =
      'data: {"choices":[{"delta":{"content":"data: {\\"error\\":{}}"}}],"error":null}\n\n'
    const { recording } = await ask(body)

    expect(callsOf(recording).map(({ state }) => state)).toEqual(['ok'])
  })
})
