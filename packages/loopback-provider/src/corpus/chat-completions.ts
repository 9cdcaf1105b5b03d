import { pieces } from '../wire-format.ts'
import { answersOf, CREATED, FORECAST, type MadeAnswer, THOUGHT } from './made.ts'

const REFUSED = 'The request is not valid: temperature must be between 0 and 2.'
const TOOL = { id: 'call_made01', name: 'weather', input: '{"city":"Oslo","days":2}' }

/** How a provider that speaks chat completions differs from OpenAI. */
interface Dialect {
  readonly reader: string
  readonly provider: string
  readonly model: string
  /** The field of a delta in which it thinks, if it does. */
  readonly reasoning?: string
  readonly usage: object
  /** What the last answer has besides, such as the pages that were read. */
  readonly extra?: object
}

const USAGE = { prompt_tokens: 31, completion_tokens: 42, total_tokens: 73 }

const DIALECTS: readonly Dialect[] = [
  {
    reader: 'openai/src/chat',
    provider: 'openai',
    model: 'gpt-5',
    usage: {
      ...USAGE,
      prompt_tokens_details: { cached_tokens: 8, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 12, audio_tokens: 0 },
    },
  },
  {
    reader: 'deepseek/src/chat',
    provider: 'deepseek',
    model: 'deepseek-reasoner',
    reasoning: 'reasoning_content',
    usage: {
      ...USAGE,
      prompt_tokens_details: { cached_tokens: 8 },
      completion_tokens_details: { reasoning_tokens: 12 },
      prompt_cache_hit_tokens: 8,
      prompt_cache_miss_tokens: 23,
    },
  },
  {
    reader: 'openai-compatible/src/chat',
    provider: 'xai',
    model: 'grok-3-mini',
    reasoning: 'reasoning_content',
    usage: {
      ...USAGE,
      prompt_tokens_details: { text_tokens: 31, cached_tokens: 8 },
      completion_tokens_details: { reasoning_tokens: 12 },
      num_sources_used: 1,
    },
    extra: { citations: ['https://weather.example/oslo'] },
  },
  {
    reader: 'mistral/src',
    provider: 'mistral',
    model: 'mistral-small-latest',
    usage: USAGE,
  },
]

/** Answers of OpenAI, DeepSeek, xAI and Mistral: texts, reasoning, tools in parallel, refusals, errors, usage. */
export const CHAT_COMPLETIONS: readonly MadeAnswer[] = [
  ...DIALECTS.flatMap(answersIn),
  ...mistralOnly(),
  ...openaiOnly(),
]

function answersIn(dialect: Dialect): readonly MadeAnswer[] {
  const { reader, provider, reasoning, usage, extra = {} } = dialect
  const { stream, whole } = answersOf(reader)
  const { chunk, last, body } = writerFor(dialect)
  const thoughts =
    reasoning === undefined ? [] : pieces(THOUGHT).map((text) => ({ [reasoning]: text }))
  const texts = pieces(FORECAST).map((content) => ({ content }))
  const message = {
    role: 'assistant',
    content: FORECAST,
    ...(reasoning !== undefined && { [reasoning]: THOUGHT }),
  }
  const called = { role: 'assistant', content: null, tool_calls: [0, 1].map(toolCall) }
  return [
    stream(`made-${provider}-text`, [
      chunk({ role: 'assistant', content: '' }),
      ...[...thoughts, ...texts].map(chunk),
      { ...last('stop'), usage, ...extra },
    ]),
    stream(`made-${provider}-tools`, [
      chunk({ role: 'assistant', content: null, tool_calls: [{ ...toolCall(0), index: 0 }] }),
      chunk({ tool_calls: [{ ...toolCall(1), index: 1 }] }),
      { ...last('tool_calls'), usage },
    ]),
    whole(`made-${provider}-text`, { ...body(message, 'stop'), usage, ...extra }),
    whole(`made-${provider}-tools`, { ...body(called, 'tool_calls'), usage }),
  ]
}

function writerFor({ model, provider }: Pick<Dialect, 'model' | 'provider'>) {
  const head = (object: string) => ({ id: `made-${provider}-1`, object, created: CREATED, model })
  const choice = (fields: object) => [{ index: 0, logprobs: null, ...fields }]
  return {
    chunk: (delta: object) => ({
      ...head('chat.completion.chunk'),
      choices: choice({ delta, finish_reason: null }),
    }),
    last: (reason: string) => ({
      ...head('chat.completion.chunk'),
      choices: choice({ delta: {}, finish_reason: reason }),
    }),
    body: (message: object, reason: string) => ({
      ...head('chat.completion'),
      choices: choice({ message, finish_reason: reason }),
    }),
  }
}

function toolCall(index: number): object {
  const { id, name, input } = TOOL
  return { id: `${id}${index}`, type: 'function', function: { name, arguments: input } }
}

// Mistral thinks in parts of the content, and quotes its sources there.
function mistralOnly(): readonly MadeAnswer[] {
  const { stream, whole } = answersOf('mistral/src')
  const { chunk, last } = writerFor({ model: 'magistral-small', provider: 'mistral' })
  const think = (text: string) => ({
    content: [{ type: 'thinking', thinking: [{ type: 'text', text }] }],
  })
  const refused = { object: 'error', message: REFUSED, type: 'invalid', param: null, code: null }
  return [
    whole('made-mistral-error', refused),
    stream('made-mistral-thinking', [
      chunk({ role: 'assistant', content: '' }),
      ...pieces(THOUGHT).map(think).map(chunk),
      ...pieces(FORECAST)
        .map((text) => ({ content: [{ type: 'text', text }] }))
        .map(chunk),
      { ...last('stop'), usage: USAGE },
    ]),
  ]
}

function openaiOnly(): readonly MadeAnswer[] {
  const { stream, whole } = answersOf('openai/src/chat')
  const { chunk, last } = writerFor({ model: 'gpt-5', provider: 'openai' })
  const citation = {
    type: 'url_citation',
    url_citation: { start_index: 0, end_index: 4, title: 'Oslo', url: 'https://weather.example/' },
  }
  const refused = { message: REFUSED, type: 'invalid_request_error', param: null, code: null }
  return [
    whole('made-openai-error', { error: refused }),
    stream('made-openai-citations', [
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: FORECAST }),
      chunk({ annotations: [citation] }),
      { ...last('stop'), usage: USAGE },
    ]),
    stream('made-openai-error-within', [
      chunk({ role: 'assistant', content: 'Oslo: ' }),
      {
        error: {
          message: 'The server had an error.',
          type: 'server_error',
          param: null,
          code: null,
        },
      },
    ]),
  ]
}
